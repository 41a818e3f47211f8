"""A model of one wing as its twin in the other: the same outputs, weights, and further training."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.versions import KERAS_VERSION
from support.wings import KERAS, SCRATCH
from test_more_layers import DIVIDED, every_layer

from kerasfoundations.loop import model_summary
from kerasfoundations.runs import conversion, from_keras, to_keras
from kerasfoundations.system.versions import is_older

L, K = SCRATCH.layers, keras.layers
OWN = {"dtype": "float64"}
AXES_STAY = is_older(KERAS_VERSION, "3.16")  # then a built layer counts them from the start
NAMES = sorted(name or "linear" for name in L.activations.ACTIVATIONS)


def chain(layers, *input_shape):
    return SCRATCH.models.NaiveSequential(layers, input_shape or None)


def frozen(model):
    for layer in model.layers[:2]:
        layer.trainable = False
    return model


def with_random_weights(model, rng):
    model.set_weights([rng.uniform(0.5, 1.5, size=w.shape) for w in model.get_weights()])
    return model


def penalties():
    R, C = SCRATCH.regularizers, SCRATCH.constraints
    activity = {"activity_regularizer": R.L1L2(0.003, 0.007)}
    if is_older(KERAS_VERSION, "3.14"):  # which refuses them, as test_versions shows
        activity = {}
    return activity | {
        "kernel_regularizer": R.L2(0.01),
        "kernel_constraint": C.MaxNorm(1.3, axis=0),
        "bias_constraint": C.NonNeg(),
    }


CHAINS = {
    "every layer": lambda: every_layer(SCRATCH, cost=0.1),
    "dense": lambda: chain(
        [
            L.NaiveDense(4, 5, "relu", **penalties(), **OWN),
            L.NaiveDropout(0.5, seed=7),
            L.NaiveDense(5, 4, kernel_constraint=SCRATCH.constraints.UnitNorm(0), **OWN),
            L.NaiveDense(4, 3, use_bias=False, **OWN),
            L.NaiveActivation("softmax"),
        ]
    ),
    "images": lambda: chain(
        [
            L.NaiveConv2D(2, 3, (3, 2), (1, 2), "same", use_bias=False, **OWN),
            L.NaiveBatchNormalization(3, 0.9, 1e-2, **OWN),
            L.NaiveBatchNormalization(3, center=False, **OWN),
            L.NaiveBatchNormalization(3, scale=False, **OWN),
            L.NaiveActivation("gelu"),
            L.NaiveMaxPooling2D(2, (2, 1), "same"),
            L.NaiveResidualBlock(3, 4, 2, momentum=0.8, l1=0.001, l2=0.02, seed=1, **OWN),
            L.NaiveResidualBlock(4, 4, seed=2, **OWN),
            L.NaiveLayerNormalization([4], axis=[3], center=False, **OWN),
            L.NaiveGlobalAveragePooling2D(),
            L.NaiveDense(4, 3, "softmax", **OWN),
        ],
        *(8, 9, 2),
    ),
    "sequences": lambda: chain(
        [
            L.NaiveSimpleRNN(3, 4, return_sequences=True, **OWN),
            L.NaiveSimpleRNN(4, 2, "relu", use_bias=False, **OWN),
        ],
        *(5, 3),
    ),
    "frozen": lambda: frozen(
        chain(
            [
                L.NaiveDense(4, 5, "relu", **penalties(), **OWN),
                L.NaiveBatchNormalization(5, 0.9, **OWN),
                L.NaiveDense(5, 3, **OWN),
            ]
        )
    ),
    "without weights": lambda: chain([L.NaiveReshape((6,)), L.NaiveActivation("softmax")], 2, 3),
}


def batch_for(model, rng):
    shape = (5, *model.input_shape[1:])
    words = isinstance(model.layers[0], L.NaiveEmbedding)
    return rng.integers(0, 3, shape) if words else rng.normal(size=shape)


def outputs(model, x, training=False):
    return np.asarray(model(x, training=training))


def assert_twins(one, other, x, tolerance=1e-10):
    """The same weights, outputs in use and in training, penalties, and moving statistics."""
    assert [w.shape for w in one.get_weights()] == [w.shape for w in other.get_weights()]
    for own, weight in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(own, weight)
    for training in (False, True):
        found = outputs(one, x, training), outputs(other, x, training)
        assert found[0].dtype == found[1].dtype
        assert largest_difference(*found) < tolerance
    costs = [[float(loss) for loss in model.losses] for model in (one, other)]
    assert sum(costs[0]) == pytest.approx(sum(costs[1]), rel=max(tolerance, 1e-12))
    for own, weight in zip(one.get_weights(), other.get_weights(), strict=True):
        assert largest_difference(own, weight) < tolerance


def configs(model):
    """What each layer was made with, without axes if Keras forgets how they were counted."""
    found = [layer.get_config() for layer in model.layers]
    return found if AXES_STAY else [config | {"axis": None} for config in found]


@pytest.mark.parametrize("name", [pytest.param("every layer", marks=DIVIDED), *list(CHAINS)[1:]])
def test_twins_give_the_same_outputs_there_and_back(name, rng):
    model = with_random_weights(CHAINS[name](), rng)
    x = batch_for(model, rng).astype(model.dtype)
    twin = to_keras(model)
    again = from_keras(twin)
    assert type(twin) is keras.Sequential
    assert [type(layer) for layer in again.layers] == [type(layer) for layer in model.layers]
    assert configs(again) == configs(model)
    assert again.input_shape == model.input_shape == twin.input_shape
    learns = [[layer.trainable for layer in m.layers] for m in (model, twin, again)]
    assert learns[0] == learns[1] == learns[2]
    tolerance = 1e-10 if model.dtype == "float64" else 1e-6
    assert_twins(model, twin, x, tolerance)
    assert_twins(from_keras(twin), twin, x, tolerance)
    assert_twins(again, to_keras(again), x, tolerance)


# XLA draws other masks than TensorFlow, so the chain with dropout is not compiled by it.
MODES = [("dense", "graph"), ("images", "epoch"), ("dense", "eager")]
MODES += [("images", execution) for execution in ("eager", "graph", "xla")]


@pytest.mark.parametrize(("name", "execution"), sampled(MODES, every=6))
def test_twins_train_alike_afterwards(name, execution, rng):
    """Penalties, constraints, statistics and masks have all come along."""
    model = CHAINS[name]()
    x, y = rng.normal(size=(45, *model.input_shape[1:])), rng.integers(0, 3, 45)
    how = {"epochs": 2, "batch_size": 10, "optimizer": "sgd", "learning_rate": 0.0625, "verbose": 0}
    twin = to_keras(model)
    ours = SCRATCH.training.fit(model, x, y, execution=execution, **how)
    theirs = KERAS.training.fit(twin, x, y, **how)
    assert largest_difference(ours.loss, theirs.loss) < 1e-10
    assert largest_difference(model.get_weights(), twin.get_weights()) < 1e-10
    assert_twins(from_keras(twin), twin, x[:5])


@pytest.mark.parametrize("name", NAMES)
def test_every_activation_has_its_twin(name, rng):
    model = chain([L.NaiveDense(3, 4, name, **OWN), L.NaiveActivation(name)])
    x = rng.normal(size=(5, 3))
    assert_twins(model, to_keras(model), x)
    assert_twins(from_keras(to_keras(model)), model, x)


def test_an_activation_of_tensorflow_is_known(rng):
    """As books write it."""
    model = theirs(K.Dense(4, activation=tf.nn.relu), K.Activation(tf.sigmoid))
    x = rng.normal(size=(5, 4)).astype("float32")
    assert_twins(from_keras(model), model, x, tolerance=1e-6)
    assert from_keras(model).layers[0].activation is L.relu


def test_the_tables_name_every_layer():
    named = {f"Naive{name}" for name in conversion.TWINS}
    assert named == set(L.LAYERS)


def images(draw, layers, shape):
    """One more layer that takes images, and the shape of its outputs."""
    height, width, channels = shape
    kind = draw(st.sampled_from(["conv", "max", "mean", "norm", "layer", "block", "relu", "drop"]))
    if kind == "conv":
        made = L.NaiveConv2D(
            channels,
            draw(st.integers(1, 3)),
            (draw(st.integers(1, min(3, height))), draw(st.integers(1, min(3, width)))),
            draw(st.integers(1, 2)),
            draw(st.sampled_from(["valid", "same"])),
            draw(st.sampled_from(NAMES)),
            use_bias=draw(st.booleans()),
            kernel_regularizer=SCRATCH.regularizers.L1(draw(st.sampled_from([0.1, 0.25]))),
            **OWN,
        )
    elif kind in ("max", "mean"):
        pool = L.NaiveMaxPooling2D if kind == "max" else L.NaiveAveragePooling2D
        made = pool(draw(st.integers(1, min(2, height, width))), padding="same")
    elif kind == "norm":
        parts = {name: draw(st.booleans()) for name in ("center", "scale")}
        momentum = draw(st.sampled_from([0.5, 0.99]))
        made = L.NaiveBatchNormalization(channels, momentum, **parts, **OWN)
    elif kind == "layer":
        made = L.NaiveLayerNormalization([width, channels], axis=[-2, -1], **OWN)
    elif kind == "block":
        made = L.NaiveResidualBlock(
            channels, draw(st.integers(1, 3)), draw(st.integers(1, 2)), **OWN
        )
    elif kind == "relu":
        made = L.NaiveActivation(draw(st.sampled_from(NAMES)))
    else:
        made = L.NaiveDropout(draw(st.sampled_from([0.0, 0.25])), seed=draw(st.integers(0, 9)))
    return [*layers, made], made.output_shape(shape)


@st.composite
def chains(draw):
    """A random stack of layers: on images, then flat or averaged, then dense."""
    start = (draw(st.integers(2, 6)), draw(st.integers(2, 6)), draw(st.integers(1, 3)))
    layers, shape = [], start
    for _ in range(draw(st.integers(0, 4))):
        layers, shape = images(draw, layers, shape)
    flat = draw(st.sampled_from([L.NaiveFlatten(), L.NaiveReshape((-1,)), None]))
    layers.append(flat or L.NaiveGlobalAveragePooling2D())
    [size] = layers[-1].output_shape(shape)
    for _ in range(draw(st.integers(0, 2))):
        width = draw(st.integers(1, 4))
        bias = draw(st.booleans())
        layers.append(L.NaiveDense(size, width, draw(st.sampled_from(NAMES)), use_bias=bias, **OWN))
        size = width
    return chain(layers, *start)


def check_random_chain(model, seed):
    rng = np.random.default_rng(seed)
    with_random_weights(model, rng)
    x = rng.normal(size=(3, *model.input_shape[1:])).astype(model.dtype)
    twin = to_keras(model)
    again = from_keras(twin)
    assert configs(again) == configs(model)
    tolerance = 1e-10 if model.dtype == "float64" else 1e-5
    for training in (False, True):
        found = [outputs(m, x, training) for m in (model, twin, again)]
        scale = max(1.0, float(np.abs(found[0][np.isfinite(found[0])]).max(initial=0)))
        for other in found[1:]:  # a chain of exponentials may leave what a float can hold
            np.testing.assert_allclose(found[0], other, rtol=0, atol=tolerance * scale)
    assert [w.shape for w in model.get_weights()] == [w.shape for w in twin.get_weights()]
    for got, back in zip(twin.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(got, back, rtol=1e-10)


SETTINGS = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=12, **SETTINGS)
@given(model=chains(), seed=st.integers(0, 2**31))
def test_random_chains_keep_outputs_and_weights(model, seed):
    check_random_chain(model, seed)


@THOROUGH
@settings(max_examples=150, **SETTINGS)
@given(model=chains(), seed=st.integers(0, 2**31))
def test_many_random_chains_keep_outputs_and_weights(model, seed):
    check_random_chain(model, seed)


def theirs(*layers, shape=(4,), **options):
    return keras.Sequential([keras.Input(shape, **options), *layers])


def test_a_file_of_someone_else_opens_from_scratch(tmp_path, rng):
    """Layers as other people write them, in a file that Keras itself has written."""
    theirs(
        K.Conv2D(4, 3, padding="same", kernel_initializer="he_normal", name="first"),
        K.BatchNormalization(axis=3),
        K.ReLU(),
        K.MaxPooling2D(),
        keras.Sequential([keras.Input((4, 4, 4)), K.Conv2D(2, 3), K.LeakyReLU(0.2)]),
        K.Flatten(),
        K.Dropout(0.3),
        K.Dense(5, kernel_regularizer="l2", kernel_constraint=keras.constraints.MaxNorm(2)),
        K.ELU(),
        K.Dense(3, activation="softmax"),
        shape=(8, 8, 1),
    ).save(tmp_path / "theirs.keras")
    model = KERAS.models.load_model(tmp_path / "theirs.keras")
    x = rng.normal(size=(5, 8, 8, 1)).astype("float32")
    assert_twins(from_keras(model), model, x, tolerance=1e-6)


def test_a_functional_chain_opens_from_scratch(tmp_path, rng):
    inputs = keras.Input((6,), dtype="int32")
    x = K.Embedding(7, 2, **OWN)(inputs)
    x = K.Flatten(**OWN)(x)
    model = keras.Model(inputs, K.Dense(3, "softmax", **OWN)(K.Softmax(**OWN)(x)))
    model.save(tmp_path / "theirs.keras")
    model = keras.saving.load_model(tmp_path / "theirs.keras")
    assert_twins(from_keras(model), model, rng.integers(0, 7, (5, 6)))


@THOROUGH
def test_a_residual_network_opens_in_the_other_wing(rng):
    small = {"image_shape": (16, 16, 1), "filters": 2, "dtype": "float64"}
    for wing, turned in ((SCRATCH, to_keras), (KERAS, from_keras)):
        model = wing.resnet.build_resnet18(**small)
        x = rng.normal(size=(2, *model.input_shape[1:]))
        assert_twins(turned(model), model, x)


def test_dropout_goes_on_with_the_masks_where_it_was(rng):
    model, x = chain([L.NaiveDropout(0.5, seed=3)], 20), rng.normal(size=(4, 20)).astype("float32")
    for _ in range(3):
        model(x, training=True)
    twin = to_keras(model)
    again = from_keras(twin)
    expected = outputs(model, x, training=True)
    assert (expected == 0).any()
    np.testing.assert_array_equal(outputs(twin, x, training=True), expected)
    np.testing.assert_array_equal(outputs(again, x, training=True), expected)


def test_a_drawn_seed_of_keras_is_kept(tmp_path, rng):
    x = rng.normal(size=(4, 20)).astype("float32")
    model = theirs(K.Dropout(0.5), shape=(20,))
    ours = from_keras(model)
    ours.save(tmp_path / "model.npz")
    ours = SCRATCH.models.load_model(tmp_path / "model.npz")
    expected = outputs(model, x, training=True)
    np.testing.assert_array_equal(outputs(ours, x, training=True), expected)


def test_the_names_of_the_twin_are_those_of_the_summary():
    """Also in a process that has made many layers before."""
    model = CHAINS["images"]()
    keras.layers.Dense(1)
    twin = to_keras(model)
    assert [layer.name for layer in twin.layers] == model_summary.names(model.layers)
    assert twin.name == "sequential"


def test_a_layer_keeps_the_name_that_it_was_given(tmp_path):
    """In the twin, back from it, in a file of either wing, and in the summary."""
    model, told = CHAINS["dense"](), []
    model.layers[0].name, model.layers[2].name = "hidden", "dense_7"
    expected = ["hidden", "dropout", "dense_7", "dense_2", "activation"]
    twin = to_keras(model)
    assert [layer.name for layer in twin.layers] == expected
    twin.save(tmp_path / "model.keras")
    model.save(tmp_path / "model.npz")
    stored = from_keras(keras.saving.load_model(tmp_path / "model.keras"))
    for again in (from_keras(twin), stored, SCRATCH.models.load_model(tmp_path / "model.npz")):
        assert again.layers[0].name == "hidden"
        assert again.layers[1].name is None
    assert again.layers[2].name == "dense_7"
    assert stored.layers[2].name is None  # as Keras numbers its own
    model.summary(print_fn=told.append)
    assert "hidden (NaiveDense)" in told[0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dense_1", r"received \['dense_1'\] twice: set layer.name"),
        (3, "must be a text, received 3: write one"),
    ],
)
def test_names_of_layers_must_differ(name, words):
    model = chain([L.NaiveDense(2, 3), L.NaiveDense(3, 1)])
    model.layers[0].name = name
    for tell in (model.summary, lambda: to_keras(model)):
        with pytest.raises(ValueError, match=words):
            tell()


def test_the_twin_shares_nothing_with_the_model(rng):
    model = CHAINS["dense"]()
    twin = to_keras(model)
    again = from_keras(twin)
    before = model.get_weights()
    with_random_weights(twin, rng)
    with_random_weights(again, rng)
    assert largest_difference(model.get_weights(), before) == 0


def test_channels_may_come_first(rng):
    first = {"data_format": "channels_first"}
    model = chain(
        [
            L.NaiveConv2D(2, 3, 3, **first, **penalties(), **OWN),
            L.NaiveMaxPooling2D(2, **first),
            L.NaiveAveragePooling2D(2, 1, **first),
            L.NaiveGlobalAveragePooling2D(**first),
            L.NaiveDense(3, 3, "softmax", **OWN),
        ],
        *(2, 8, 9),
    )
    x = rng.normal(size=(5, 2, 8, 9))
    twin = to_keras(model)
    found = tf.function(twin, jit_compile=True)(x)  # on a CPU TensorFlow alone has no such kernel
    assert largest_difference(found.numpy(), outputs(model, x)) < 1e-10
    again = from_keras(twin)
    assert [m.get_config() for m in again.layers] == [m.get_config() for m in model.layers]
    assert largest_difference(outputs(again, x), outputs(model, x)) == 0


def test_the_channels_of_keras_come_last_even_if_a_program_says_otherwise():
    image_format = keras.config.image_data_format()
    keras.config.set_image_data_format("channels_first")
    try:
        twin = to_keras(chain([L.NaiveConv2D(2, 3, 3), L.NaiveFlatten()], 5, 6, 2))
    finally:
        keras.config.set_image_data_format(image_format)
    assert twin.output_shape == (None, 3 * 4 * 3)
    assert [layer.data_format for layer in twin.layers] == ["channels_last"] * 2


class OwnDense(keras.layers.Dense):
    """A layer of someone else."""


class Own(L.NaiveDense):
    """A layer of one's own."""


@keras.saving.register_keras_serializable("kerasfoundations.tests")
def relu(x):
    """Another function of that name."""
    return keras.ops.relu(x) + 1


SOMETHING_ELSE = [
    (
        lambda: K.ZeroPadding2D(),
        "zero_padding2d.* of the class ZeroPadding2D: it has no twin",
    ),
    (lambda: K.Conv2D(2, 3, dilation_rate=2), r"dilation_rate=\(2, 2\), expected \(1, 1\)"),
    (lambda: K.Conv2D(2, 3, groups=2), "received groups=2, expected 1"),
    (lambda: K.Conv2D(2, 3, bias_regularizer="l2"), "received bias_regularizer={"),
    (lambda: K.Conv2D(2, 3, activation=relu), "expected one of keras.activations"),
    (lambda: K.Conv2D(2, 3, activation="mish"), "unknown activation 'mish'"),
    (lambda: K.Conv2D(2, 3, kernel_regularizer="orthogonal_regularizer"), "None or one of L1, L2"),
    (
        lambda: K.Conv2D(2, 3, kernel_constraint=keras.constraints.MinMaxNorm()),
        "kernel_constraint=MinMaxNorm, expected None or one of MaxNorm, NonNeg, UnitNorm",
    ),
    (lambda: K.Conv2D(2, 3, dtype="mixed_float16"), "weights of float32 and outputs of float16"),
    (lambda: K.Flatten(dtype="float64"), "expected both of float32"),
    (lambda: K.Flatten(data_format="channels_first"), "data_format='channels_first', expected 'ch"),
    (lambda: K.Dense(2), r"of the class Dense: NaiveDense takes inputs of shape \(B, 2\), rec"),
    (lambda: K.BatchNormalization(axis=1), "received axis=1, expected -1"),
    (lambda: K.BatchNormalization(gamma_constraint="non_neg"), "received gamma_constraint={"),
    (lambda: K.Dropout(0.5, noise_shape=(None, 1, 1, 2)), "received noise_shape="),
    (lambda: K.GlobalAveragePooling2D(keepdims=True), "received keepdims=True, expected False"),
    (lambda: K.LeakyReLU(), "received negative_slope=0.3, expected 0.2"),
    (lambda: K.ReLU(6.0), "received max_value=6.0, expected None"),
    (lambda: K.Softmax(axis=1), "received axis=1, expected -1"),
    (lambda: K.Activation("relu", activity_regularizer="l2"), "received activity_regularizer={"),
    (lambda: OwnDense(2), "of the class OwnDense: it has no twin"),
]


@pytest.mark.parametrize(("make", "words"), SOMETHING_ELSE)
def test_what_has_no_twin_is_refused_by_name(make, words):
    model = theirs(K.Conv2D(2, 1), make(), shape=(5, 5, 1))
    with pytest.raises(ValueError, match=words) as caught:
        from_keras(model)
    assert str(caught.value).startswith("layer 2, ")


def test_further_arguments_of_dense_and_embedding_are_refused():
    for layer, words in (
        (K.Dense(2, bias_regularizer="l2"), "received bias_regularizer={"),
        (K.Embedding(3, 2, mask_zero=True), "received mask_zero=True, expected False"),
        (K.LayerNormalization(gamma_regularizer="l1"), "received gamma_regularizer="),
    ):
        with pytest.raises(ValueError, match=words):
            from_keras(theirs(layer))


def test_an_axis_may_be_counted_from_the_start(rng):
    model = theirs(K.BatchNormalization(axis=3), K.LayerNormalization(axis=[1, 2]), shape=(3, 4, 2))
    x = rng.normal(size=(5, 3, 4, 2)).astype("float32")
    assert_twins(from_keras(model), model, x, tolerance=1e-6)


def test_what_is_no_chain_is_refused():
    inputs = keras.Input((4,))
    dense = K.Dense(4)
    parallel = keras.Model(inputs, K.Add()([dense(inputs), inputs]))
    twice = keras.Model(inputs, dense(dense(inputs)))
    two = keras.Model(inputs, [dense(inputs), K.Dense(3)(inputs)])
    for model in (parallel, twice, two):
        with pytest.raises(ValueError, match="not a chain, expected each layer to take the out"):
            from_keras(model)
    inner = keras.Sequential([keras.Input((4,)), K.Dense(4)])
    outer = keras.Sequential([keras.Input((4,)), inner, keras.Sequential([inner])])
    with pytest.raises(ValueError, match="a layer that occurs twice, expected each once"):
        from_keras(outer)
    for model in (keras.Sequential([K.Dense(3)]), keras.Model()):
        with pytest.raises(ValueError, match="without a known chain of layers, expected a Seq"):
            from_keras(model)
    with pytest.raises(ValueError, match="from_keras takes a Model, received a NaiveSequential of"):
        from_keras(CHAINS["dense"]())


def test_what_cannot_be_stored_cannot_be_converted():
    own = {"kernel_regularizer": tf.reduce_sum}, {"activation": lambda x: x}
    for layer, words in (
        (Own(3, 2), "layer 2, Own: it has no twin in with_keras.layers"),
        (L.NaiveDense(3, 2, **own[0]), "layer 2, NaiveDense: cannot store the regularizer"),
        (L.NaiveDense(3, 2, **own[1]), "layer 2, NaiveDense: cannot store the activation"),
    ):
        with pytest.raises(ValueError, match=words):
            to_keras(chain([L.NaiveDense(2, 3), layer]))
    for thing in (None, theirs(K.Dense(2))):
        with pytest.raises(ValueError, match="to_keras takes a NaiveSequential, received a"):
            to_keras(thing)


def test_layers_of_two_dtypes_stay_what_they_are(rng):
    model = chain([L.NaiveDense(3, 4), L.NaiveActivation("tanh"), L.NaiveDense(4, 2, **OWN)])
    twin = to_keras(model)
    assert [w.dtype.name for w in twin.get_weights()] == [w.dtype.name for w in model.get_weights()]
    x = rng.normal(size=(5, 3)).astype("float32")
    assert_twins(model, twin, x, tolerance=1e-6)
    assert_twins(from_keras(twin), twin, x, tolerance=1e-6)
