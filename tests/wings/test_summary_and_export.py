"""What a model says of itself, and the folder that TensorFlow serves without this package."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import sampled
from support.wings import KERAS, SCRATCH
from test_more_layers import DIVIDED, every_layer

from kerasfoundations.runs import to_keras

L = SCRATCH.layers


def chain(layers, *input_shape):
    return SCRATCH.models.NaiveSequential(layers, input_shape or None)


MODELS = {
    "mlp": lambda: SCRATCH.mlp.build_mlp(),
    "cnn": lambda: SCRATCH.cnn.build_cnn(dtype="float64"),
    "resnet": lambda: SCRATCH.resnet.build_resnet18(),
    "every layer": lambda: every_layer(SCRATCH),
    "without weights": lambda: chain([L.NaiveFlatten(), L.NaiveDropout(0.5, seed=0)], 3, 2),
    "any size": lambda: chain([L.NaiveConv2D(3, 4, 3), L.NaiveGlobalAveragePooling2D()]),
}


def summary(model, **options):
    told = []
    model.summary(print_fn=told.append, **options)
    [text] = told
    return text


def words(text):
    return re.sub("[^!-~]", " ", text).split()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=DIVIDED if name == "every layer" else ()) for name in MODELS]
)
def test_the_summary_has_the_figures_of_keras(name, monkeypatch):
    monkeypatch.setenv("COLUMNS", "190")
    model = MODELS[name]()
    found = summary(model, line_length=180)
    expected = summary(to_keras(model), line_length=180)
    assert words(found.replace("Naive", "")) == words(expected)
    assert f"({type(model.layers[0]).__name__})" in found


def test_the_summary_is_drawn_as_keras_draws_it(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "130")
    model = MODELS["mlp"]()
    lines = [summary(m).splitlines() for m in (model, to_keras(model))]
    assert [line[:1] for line in lines[0]] == [line[:1] for line in lines[1]]
    assert {len(line) for line in lines[0][1:4]} == {len(line) for line in lines[1][1:4]} == {88}
    model.summary()
    printed = capsys.readouterr().out
    assert words(printed) == words(summary(model))
    monkeypatch.setenv("COLUMNS", "40")
    assert {len(line) for line in summary(model, line_length=60).splitlines()[1:4]} == {60}
    assert {len(line) for line in summary(model).splitlines()[1:4]} == {36}


def test_a_layer_of_ones_own_is_in_the_summary():
    class Scale(L.NaiveLayer):
        takes = (3,)

        def __init__(self):
            self.factor = tf.Variable([2.0, 3.0])
            self.seen = tf.Variable(0, trainable=False)

        def __call__(self, inputs, training=False):
            return self.factor[0] * inputs

    text = summary(chain([Scale(), Scale()]), line_length=80)
    assert words(text).count("scale") == words(text).count("scale_1") == 1
    assert re.search(r"Total params: 6 \(24\.00 B\)", text)
    assert re.search(r"Non-trainable params: 2 \(8\.00 B\)", text)


def test_saving_by_the_model_is_saving_by_the_function(tmp_path, rng):
    model = every_layer(SCRATCH)
    model.save(tmp_path / "one.npz")
    SCRATCH.models.save_model(model, tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    again = SCRATCH.models.load_model(tmp_path / "one.npz")
    x = rng.integers(0, 7, (5, 6))
    np.testing.assert_array_equal(again(x).numpy(), model(x).numpy())


SERVE = """
import json, sys
sys.modules["kerasfoundations"] = sys.modules["keras"] = None  # importing them fails
import numpy as np
import tensorflow as tf
folder, inputs, outputs = sys.argv[1:]
x = tf.constant(np.load(inputs))
served = tf.saved_model.load(folder)
by_name = served.signatures["serving_default"]
[name] = by_name.structured_input_signature[1]
[(named_as, named)] = by_name(**{name: x}).items()
np.save(outputs, np.stack([served.serve(x), named]))
print(json.dumps([len(by_name(**{name: x[:n]})[named_as]) for n in (1, 3)]))
"""


def served_elsewhere(folder, x, tmp_path):
    """The outputs that a process computes which cannot import this package."""
    np.save(tmp_path / "x.npy", x)
    command = [sys.executable, "-I", "-c", SERVE, str(folder), str(tmp_path / "x.npy")]
    command.append(str(tmp_path / "y.npy"))
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr[-2000:]
    assert json.loads(run.stdout) == [1, 3]
    by_method, by_signature = np.load(tmp_path / "y.npy")
    np.testing.assert_array_equal(by_method, by_signature)
    return by_method


@pytest.mark.parametrize("name", sampled(["cnn", "every layer", "without weights", "any size"], 4))
def test_tensorflow_serves_an_exported_model_without_this_package(name, tmp_path, rng):
    model = MODELS[name]()
    shape = (7, *(length or 5 for length in model.input_shape[1:]))
    x = rng.integers(0, 7, shape) if name == "every layer" else rng.normal(size=shape)
    x = x.astype(model.dtype)
    model.export(tmp_path / "served")
    found = served_elsewhere(tmp_path / "served", x, tmp_path)
    assert found.dtype == model.dtype
    assert largest_difference(found, model(x).numpy()) < 1e-6


def test_an_exported_model_is_found_as_that_of_keras(tmp_path, rng):
    """The same endpoint, signature and shapes, whatever the wing."""
    found = []
    for wing in (SCRATCH, KERAS):
        model = wing.softmax_regression.build_softmax_regression(4, 3, seed=0)
        model.export(tmp_path / wing.name)
        served = tf.saved_model.load(str(tmp_path / wing.name))
        signature = served.signatures["serving_default"]
        [spec] = signature.structured_input_signature[1].values()
        x = tf.constant(rng.normal(size=(2, 4)), "float32")
        assert largest_difference(served.serve(x).numpy(), np.array(model(x))) < 1e-6
        found.append((spec.shape, spec.dtype, signature.structured_outputs, [*served.signatures]))
    assert found[0] == found[1]


def test_an_exported_model_no_longer_changes(tmp_path, rng):
    model = chain([L.NaiveDense(3, 2, seed=0)])
    x = tf.constant(rng.normal(size=(4, 3)), "float32")
    before = model(x).numpy()
    model.export(tmp_path / "served")
    model.set_weights([2 * weight for weight in model.get_weights()])
    served = tf.saved_model.load(str(tmp_path / "served"))
    np.testing.assert_array_equal(served.serve(x).numpy(), before)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["served"]


def test_a_folder_that_is_there_is_not_replaced(tmp_path):
    (tmp_path / "served").mkdir()
    with pytest.raises(ValueError, match="already exists, expected a new folder: name another one"):
        chain([L.NaiveDense(3, 2)]).export(tmp_path / "served")
    assert not [*(tmp_path / "served").iterdir()]
