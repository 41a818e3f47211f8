"""Models: the same weights in both wings, set completely or not at all, stored safely."""

import ast
import datetime
import io
import json
import time
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.saving import serialization_lib
from support.arrays import largest_difference
from support.wings import KERAS, SCRATCH

from kerasfoundations.loop import keras_files


@pytest.mark.parametrize("hidden_units", [(), (7,), (6, 5, 4)])
@pytest.mark.parametrize("initializer", ["glorot_uniform", "book_uniform"])
def test_the_same_seed_builds_the_same_model(hidden_units, initializer, dtype):
    models = [
        w.mlp.build_mlp(hidden_units, 9, 3, kernel_initializer=initializer, seed=4, dtype=dtype)
        for w in (KERAS, SCRATCH)
    ]
    weights = [model.get_weights() for model in models]
    assert [w.dtype.name for w in weights[0]] == [w.dtype.name for w in weights[1]]
    assert largest_difference(*weights) == 0
    assert len(models[0].weights) == len(models[1].weights) == 2 * (1 + len(hidden_units))
    x = np.random.default_rng(0).normal(size=(5, 9)).astype(dtype)
    outputs = [np.array(model(x)) for model in models]
    assert largest_difference(*outputs) < 1e-6
    np.testing.assert_allclose(outputs[0].sum(axis=1), 1, rtol=1e-6)


def test_the_first_network_has_its_published_size(wing):
    model = wing.mlp.build_mlp()
    assert [w.shape for w in model.get_weights()] == [(784, 512), (512,), (512, 10), (10,)]
    assert sum(w.size for w in model.get_weights()) == 407_050


def test_seeds_differ(wing):
    first, second = (wing.mlp.build_mlp((4,), 5, 3, seed=s).get_weights() for s in (0, 1))
    assert largest_difference(first, second) > 0.1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"hidden_units": (0,)}, "hidden_units must be a whole number of 1 or more, received 0"),
        ({"hidden_units": 512}, r"a sequence of widths such as \(512,\), received 512"),
        ({"dtype": "flaot32"}, "unknown dtype 'flaot32'.*did you mean 'float32'"),
        ({"num_features": 0}, "1 or more, received 0"),
        ({"num_classes": 2.5}, "1 or more, received 2.5"),
        ({"kernel_initializer": "gloro_uniform"}, "did you mean 'glorot_uniform'"),
        ({"seed": -1}, "seed must be a whole number of 0 or more"),
        ({"seed": None}, "seed must be a whole number of 0 or more"),
    ],
)
def test_bad_arguments_are_refused_alike(arguments, words):
    said = []
    for wing in (KERAS, SCRATCH):
        with pytest.raises(ValueError, match=words) as caught:
            wing.mlp.build_mlp(**arguments)
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_weights_are_set_whole_or_not_at_all():
    model = SCRATCH.mlp.build_mlp((4,), 5, 3)
    before = model.get_weights()
    wrong = [w + 1 for w in before]
    wrong[-1] = np.zeros(7)
    with pytest.raises(ValueError, match=r"\(5, 4\).*received .*\(7,\).*same layers"):
        model.set_weights(wrong)
    with pytest.raises(ValueError, match="set_weights takes arrays"):
        model.set_weights(before[:2])
    assert largest_difference(model.get_weights(), before) == 0
    copies = model.get_weights()
    copies[0] += 1
    assert largest_difference(model.get_weights(), before) == 0  # copies, not the weights


def test_weights_go_from_wing_to_wing_and_back():
    for source, target in ((KERAS, SCRATCH), (SCRATCH, KERAS)):
        trained = source.mlp.build_mlp((6,), 8, 4, seed=5)
        twin = target.mlp.build_mlp((6,), 8, 4, seed=6)
        twin.set_weights(trained.get_weights())
        x = np.random.default_rng(0).normal(size=(20, 8))
        assert (
            largest_difference(
                source.training.predict(trained, x), target.training.predict(twin, x)
            )
            < 1e-6
        )


def test_a_saved_model_is_loaded_bit_for_bit(wing, tmp_path, dtype):
    model = wing.mlp.build_mlp((6, 5), 8, 4, seed=5, dtype=dtype)
    path = tmp_path / f"model{wing.models.SUFFIX}"
    wing.models.save_model(model, path)
    back = wing.models.load_model(path)
    assert largest_difference(model.get_weights(), back.get_weights()) == 0
    assert back.get_weights()[0].dtype == dtype
    x = np.random.default_rng(0).normal(size=(20, 8))
    np.testing.assert_array_equal(wing.training.predict(model, x), wing.training.predict(back, x))
    assert [file.name for file in tmp_path.iterdir()] == [path.name]  # no temporary file stays


def test_a_file_that_holds_no_model_is_refused(tmp_path):
    load = SCRATCH.models.load_model
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "absent.npz")
    for content in (b"", b"text", b"PK\x03\x04 half a zip"):
        (tmp_path / "bad.npz").write_bytes(content)
        with pytest.raises(ValueError, match=r"bad.npz: cannot be read as a from-scratch model"):
            load(tmp_path / "bad.npz")
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(ValueError, match="cannot be read as a from-scratch model"):
        load(tmp_path / "other.npz")
    np.savez(tmp_path / "evil.npz", config=np.array({"pickled": 1}, dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        load(tmp_path / "evil.npz")


def test_tensorflows_own_activations_are_known_by_name(tmp_path):
    """As in books."""
    model = SCRATCH.models.NaiveSequential(
        [
            SCRATCH.layers.NaiveDense(5, 4, activation=tf.nn.relu),
            SCRATCH.layers.NaiveDense(4, 3, activation=tf.nn.softmax),
        ]
    )
    SCRATCH.models.save_model(model, tmp_path / "model.npz")
    back = SCRATCH.models.load_model(tmp_path / "model.npz")
    x = np.ones((2, 5))
    np.testing.assert_array_equal(model(x).numpy(), back(x).numpy())


def test_what_cannot_be_stored_is_reported_before_anything_is_written(tmp_path):
    layer = SCRATCH.layers.NaiveDense(2, 2, activation=tf.math.square)
    model = SCRATCH.models.NaiveSequential([layer])
    with pytest.raises(ValueError, match="cannot store the activation"):
        SCRATCH.models.save_model(model, tmp_path / "model.npz")
    with pytest.raises(ValueError, match=r"stored as \.npz"):
        SCRATCH.models.save_model(SCRATCH.mlp.build_mlp((2,), 2, 2), tmp_path / "model.keras")
    assert list(tmp_path.iterdir()) == []


def one_of_each_layer():
    layers = SCRATCH.layers
    return layers, [
        layers.NaiveConv2D(
            *(2, 4, (3, 2), (1, 2), "same", "relu"),
            kernel_initializer="standard_normal",
            kernel_regularizer=SCRATCH.regularizers.L1L2(0.1, 1 / 3),
            seed=1,
            dtype="float64",
        ),
        layers.NaiveBatchNormalization(4, momentum=0.7, epsilon=0.01, dtype="float64"),
        layers.NaiveActivation("sigmoid"),
        layers.NaiveMaxPooling2D(3, 2, "same"),
        layers.NaiveResidualBlock(4, 6, 2, momentum=0.6, l1=0.2, l2=0.3, seed=2, dtype="float64"),
        layers.NaiveDropout(0.25, seed=7),
        layers.NaiveFlatten(),
        layers.NaiveDense(12, 3, "softmax", dtype="float64"),
    ]


def test_every_layer_comes_back_with_all_its_settings(tmp_path):
    """Further training gives the same: momentum, masks, penalties and all."""
    _, made = one_of_each_layer()
    model = SCRATCH.models.NaiveSequential(made, (6, 6, 2))
    SCRATCH.models.save_model(model, tmp_path / "model.npz")
    back = SCRATCH.models.load_model(tmp_path / "model.npz")
    assert back.input_shape == (None, 6, 6, 2)
    assert back.output_shape == (None, 3)
    assert [layer.get_config() for layer in back.layers] == [la.get_config() for la in made]
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 6, 6, 2)), rng.integers(0, 3, 20)
    histories = [
        SCRATCH.training.fit(m, x, y, epochs=2, batch_size=8, verbose=0).loss for m in (model, back)
    ]
    assert histories[0] == histories[1]
    assert largest_difference(model.get_weights(), back.get_weights()) == 0


def test_a_model_has_the_dtype_of_its_weights_and_float32_without_any(dtype):
    layers, model = SCRATCH.layers, SCRATCH.models.NaiveSequential
    assert model([layers.NaiveConv2D(2, 3, 3, use_bias=False, dtype=dtype)]).dtype == dtype
    assert model([layers.NaiveActivation("relu")], (3,)).dtype == "float32"


def test_files_that_do_not_name_layer_types_can_be_read(tmp_path):
    layer = {"input_size": 3, "output_size": 2, "activation": "softmax", "l1": 0.0, "l2": 0.5}
    config = {"dtype": "float64", "loss": "sparse_categorical_crossentropy", "layers": [layer]}
    weights = {"weight_0": np.arange(6.0).reshape(3, 2), "weight_1": np.ones(2)}
    np.savez(tmp_path / "old.npz", config=np.array(json.dumps(config)), **weights)
    model = SCRATCH.models.load_model(tmp_path / "old.npz")
    assert largest_difference(model.get_weights(), list(weights.values())) == 0
    assert model.dtype == "float64"
    assert float(model.losses[0]) == 0.5 * 55


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda m, d: m([d, d]), "each layer once, received the same object twice"),
        (lambda m, d: m(d), "a list of layers of from_scratch.layers"),
        (lambda m, d: m(["dense"]), "received 'dense'"),
        (lambda m, d: m([d], 784), r"the shape of one sample such as \(784,\), received 784"),
        (lambda m, d: m([d], (-2,)), "input_shape must be a whole number of 1 or more"),
        (lambda m, d: m([d], (None, 2)), "layer 1 does not fit input_shape"),
        (
            lambda m, d: m([SCRATCH.layers.NaiveFlatten()]),
            "takes inputs of any shape",
        ),
    ],
)
def test_models_of_something_else_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make(SCRATCH.models.NaiveSequential, SCRATCH.layers.NaiveDense(2, 2))


def test_two_saves_of_a_model_are_the_same_bytes(wing, tmp_path, monkeypatch):
    x, y = np.random.default_rng(0).normal(size=(20, 8)), np.arange(20) % 4
    model = wing.mlp.build_mlp((6,), 8, 4, dtype="float64")  # a dtype policy that layers share
    wing.training.fit(model, x, y, epochs=1, verbose=0)
    paths = [tmp_path / f"{name}{wing.models.SUFFIX}" for name in ("first", "second")]
    wing.models.save_model(model, paths[0])
    later = time.localtime(2_000_000_000)
    monkeypatch.setattr(time, "localtime", lambda *_: later)  # what zip archives note
    monkeypatch.setattr("keras.src.saving.saving_lib.datetime", LaterDate)
    wing.models.save_model(model, paths[1])
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with zipfile.ZipFile(paths[0]) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


class LaterDate:
    class datetime:
        @staticmethod
        def now():
            return datetime.datetime(2033, 5, 18)


def test_what_the_keras_wing_saves_keras_itself_loads(tmp_path):
    model = KERAS.mlp.build_mlp((6,), 8, 4)
    KERAS.models.save_model(model, tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert largest_difference(model.get_weights(), again.get_weights()) == 0
    keras.saving.save_model(model, tmp_path / "plain.keras")
    back = KERAS.models.load_model(tmp_path / "plain.keras")
    assert largest_difference(model.get_weights(), back.get_weights()) == 0


def test_shared_objects_are_numbered_not_named_by_their_addresses():
    config = {"a": [{"shared_object_id": 140_231}, {"shared_object_id": 99}], "b": {}}
    config["b"]["shared_object_id"] = 140_231
    text = keras_files.without_addresses(json.dumps(config).encode())
    assert json.loads(text) == {
        "a": [{"shared_object_id": 0}, {"shared_object_id": 1}],
        "b": {"shared_object_id": 0},
    }


def test_every_class_that_a_file_can_name_is_loaded_before_it_is_read():
    """In a process that has imported nothing else, a saved residual network has to open."""
    folder = Path(KERAS.models.__file__).parent
    registering = {
        file.stem
        for file in folder.glob("*.py")
        if "register_keras_serializable(" in file.read_text(encoding="utf-8")
    }
    assert "layers" in registering
    tree = ast.parse((folder / "models.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    loaded = {alias.name for node in imports for alias in node.names}
    assert registering <= loaded


@pytest.fixture
def stored(wing, tmp_path):
    path = tmp_path / f"model{wing.models.SUFFIX}"
    wing.models.save_model(wing.mlp.build_mlp((6,), 8, 4, seed=5), path)
    return path


def assert_model_refused(wing, path, words):
    kind = {"keras": "a Keras model", "scratch": "a from-scratch model"}[wing.name]
    with pytest.raises(ValueError, match=words) as caught:
        wing.models.load_model(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}: cannot be read as {kind} (")
    assert message.endswith(
        f"; expected a file written by {wing.package}.models.save_model: name another file, or "
        "train again."
    )


def members_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(path, members, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04 half a zip", "half", "folder"])
def test_both_wings_refuse_other_files_in_the_same_words(wing, stored, content):
    whole = stored.read_bytes()
    stored.unlink()
    with pytest.raises(FileNotFoundError):
        wing.models.load_model(stored)
    if content == "folder":
        stored.mkdir()
    else:
        stored.write_bytes(whole[: len(whole) // 2] if content == "half" else content)
    assert_model_refused(wing, stored, "zip file|directory")


def test_a_flipped_byte_of_the_weights_is_noticed(wing, stored):
    """Keras reads the weights with seeks, so that no checksum is compared."""
    content = bytearray(stored.read_bytes())
    kernel = wing.models.load_model(stored).get_weights()[0]
    content[content.index(kernel.tobytes()) + 17] ^= 1
    stored.write_bytes(content)
    assert_model_refused(wing, stored, "CRC-32")


def test_changed_weights_with_a_right_checksum_are_noticed(wing, stored):
    kernel = wing.models.load_model(stored).get_weights()[0]
    members = members_of(stored)
    for name, content in members.items():
        members[name] = content.replace(kernel.tobytes(), (kernel + 1).tobytes())
    write_members(stored, members.items())
    assert_model_refused(wing, stored, "the digest differs")


def test_a_changed_activation_with_a_right_checksum_is_noticed(wing, stored):
    members = members_of(stored)
    if wing.name == "keras":
        members["config.json"] = members["config.json"].replace(b'"relu"', b'"tanh"')
    else:
        relu, other = ('"relu"'.encode("utf-32-le"), '"none"'.encode("utf-32-le"))
        members["config.npy"] = members["config.npy"].replace(relu, other)
    write_members(stored, members.items())
    assert_model_refused(wing, stored, "the digest differs")


def test_a_duplicate_member_is_refused(wing, stored):
    members = list(members_of(stored).items())
    with pytest.warns(UserWarning, match="Duplicate name"):
        write_members(stored, [*members, members[0]])
    assert_model_refused(wing, stored, "is in it twice")


def test_a_compressed_member_is_refused_unread(wing, stored):
    write_members(stored, [*members_of(stored).items()], zipfile.ZIP_DEFLATED)
    assert_model_refused(wing, stored, "is compressed, expected it as it is")


def test_a_header_that_claims_too_much_allocates_nothing(tmp_path):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (10**6, 10**6)}
    )
    config = npy(np.array(json.dumps({"dtype": "float64", "loss": None, "layers": []})))
    write_members(
        tmp_path / "m.npz", {"weight_0.npy": header.getvalue(), "config.npy": config}.items()
    )
    assert_model_refused(SCRATCH, tmp_path / "m.npz", "promises 8,000,000,000,000 bytes, found 0")


@pytest.mark.parametrize(
    "layer",
    [
        {"layer": "NaiveDense", "input_size": 10**6, "output_size": 10**6},
        {"layer": "NaiveBatchNormalization", "input_size": 10**12},
        {
            "layer": "NaiveConv2D",
            "input_channels": 10**6,
            "filters": 10**6,
            "kernel_size": [3, 3],
        },
        {"layer": "NaiveResidualBlock", "input_channels": 3, "filters": 10**6},
        {"input_size": 10**6, "output_size": 10**6},
    ],
)
def test_layers_that_the_weights_do_not_fit_are_not_made(tmp_path, layer):
    """Files without a digest, as they were written before there was one."""
    config = {"dtype": "float64", "loss": None, "layers": [layer]}
    np.savez(tmp_path / "m.npz", config=np.array(json.dumps(config)), weight_0=np.zeros((3, 2)))
    assert_model_refused(SCRATCH, tmp_path / "m.npz", "found no weights of the shapes")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dihest": "0"}, r"unknown entries \['dihest'\]"),
        ({"dtype": "float32"}, "weights of dtype float64, expected float32"),
        ({"digest": "0"}, "the digest differs"),
    ],
)
def test_entries_that_do_not_fit_are_refused(tmp_path, changes, words):
    layer = {"layer": "NaiveDense", "input_size": 3, "output_size": 2}
    config = {"dtype": "float64", "loss": None, "layers": [layer], **changes}
    np.savez(tmp_path / "m.npz", config=np.array(json.dumps(config)), weight_0=np.zeros((3, 2)))
    assert_model_refused(SCRATCH, tmp_path / "m.npz", words)


def test_a_keras_file_that_would_run_code_is_refused(tmp_path, monkeypatch):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x + 1)])
    KERAS.models.save_model(model, tmp_path / "model.keras")
    monkeypatch.setattr(serialization_lib, "in_safe_mode", lambda: False)  # allowed elsewhere
    assert_model_refused(KERAS, tmp_path / "model.keras", "it holds a lambda")


def test_a_keras_file_without_its_digest_is_refused(tmp_path):
    KERAS.models.save_model(KERAS.mlp.build_mlp((6,), 8, 4), tmp_path / "model.keras")
    members = members_of(tmp_path / "model.keras")
    members["metadata.json"] = members["metadata.json"].replace(b'"digest"', b'"dihest"')
    write_members(tmp_path / "model.keras", members.items())
    assert_model_refused(KERAS, tmp_path / "model.keras", "the digest differs")
