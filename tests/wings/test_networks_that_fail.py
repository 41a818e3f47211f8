"""Networks that overfit, start too evenly, or are too deep, and what helps: in both wings.

Each threshold has a margin: beside it stand the lowest and the highest figure of five seeds in both
wings, on the offline digits.
"""

import keras
import numpy as np
import pytest
from support.thorough import THOROUGH, sampled
from support.wings import KERAS

from kerasfoundations.data.seeds import layer_seeds

DEPTH, WIDTH = 30, 32


def chain(wing, layers, num_features=784):
    if wing is KERAS:
        return keras.Sequential([keras.Input((num_features,)), *layers])
    return wing.models.NaiveSequential(layers)


def dense(wing, inputs, units, activation, seed, initializer="glorot_uniform", **options):
    make = wing.initializers.get(initializer, seed)
    if wing is KERAS:
        return wing.layers.Dense(units, activation, kernel_initializer=make, **options)
    return wing.layers.NaiveDense(inputs, units, activation, kernel_initializer=make, **options)


# Overfitting: a fifth of the training labels is wrong, those of the test are right


def samples(digits, num_samples, seed):
    """Some of the training digits, every fifth label wrong."""
    (x, y), _ = digits
    random = np.random.default_rng(seed)
    chosen = random.permutation(len(x))[:num_samples]
    x, y = x[chosen], np.array(y[chosen])
    y[::5] = (y[::5] + random.integers(1, 10, len(y[::5]))) % 10
    return x, y


def gap(
    wing, digits, seed, num_samples=500, epochs=30, units=256, dropout=0.0, l2=0.0, stop_early=False
):
    """Training minus test accuracy of a network with one hidden layer."""
    x, y = samples(digits, num_samples, seed)
    one, two, three = layer_seeds(seed, 3)
    penalty = {"kernel_regularizer": wing.regularizers.regularizer(0.0, l2)} if l2 else {}
    layers = [dense(wing, 784, units, "relu", one, **penalty)]
    if dropout:
        kind = wing.layers.Dropout if wing is KERAS else wing.layers.NaiveDropout
        layers.append(kind(dropout, seed=two))
    model = chain(wing, [*layers, dense(wing, units, 10, "softmax", three, **penalty)])
    settings = {"epochs": epochs, "batch_size": 32, "seed": seed, "verbose": 0}
    if stop_early:  # judged by digits that are neither trained on nor tested with
        both = samples(digits, 1000, seed)
        settings["validation_data"] = both[0][500:], both[1][500:]
        settings["callbacks"] = [wing.callbacks.EarlyStopping(patience=2)]
    wing.training.fit(model, x, y, **settings)
    train, test = (wing.training.evaluate(model, *part)["accuracy"] for part in ((x, y), digits[1]))
    return train - test


SEEDS = sampled(range(5), every=5)


@THOROUGH
@pytest.mark.parametrize("seed", SEEDS)
def test_a_large_network_learns_wrong_labels_by_heart(wing, offline_digits, seed):
    assert gap(wing, offline_digits, seed) > 0.18  # 0.237 to 0.288


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("remedy", "most"),
    [
        pytest.param({"l2": 0.01}, 0.18, marks=THOROUGH),  # 0.105 to 0.134
        pytest.param({"dropout": 0.8}, 0.1, marks=THOROUGH),  # 0.010 to 0.040
        pytest.param({"stop_early": True}, 0.15, marks=THOROUGH),  # 0.025 to 0.077
        pytest.param({"num_samples": 4000, "epochs": 8}, 0.0, marks=THOROUGH),  # -0.104 to -0.076
        pytest.param({"units": 2}, 0.1, marks=THOROUGH),  # 0.023 to 0.038
    ],
    ids=str,
)
def test_a_remedy_narrows_the_gap(wing, offline_digits, remedy, most, seed):
    assert gap(wing, offline_digits, seed, **remedy) < most


# Starts


def fitted(wing, model, digits, epochs=5):
    (x, y), test = digits
    wing.training.fit(model, x, y, epochs=epochs, verbose=0)
    return wing.training.evaluate(model, *test)["accuracy"]


@THOROUGH
def test_hidden_units_that_start_equal_stay_equal(wing, offline_digits):
    model = wing.mlp.build_mlp((16,), seed=0)
    W1, b1, W2, b2 = model.get_weights()
    model.set_weights([W1[:, :1].repeat(16, axis=1), b1, W2[:1].repeat(16, axis=0), b2])
    equal = fitted(wing, model, offline_digits)
    one = fitted(wing, wing.mlp.build_mlp((1,), seed=0), offline_digits)
    random = fitted(wing, wing.mlp.build_mlp((16,), seed=0), offline_digits)
    W1, b1, W2, _ = model.get_weights()
    assert np.ptp(W1) > 0.1  # they learn
    assert max(np.ptp(W1, axis=1).max(), np.ptp(b1), np.ptp(W2, axis=0).max()) < 1e-5
    assert max(equal, one) < 0.4  # 0.18 to 0.23: ten digits along one line
    assert random > 0.8  # 0.86 to 0.89


def test_from_zeros_only_the_last_bias_of_a_deep_network_learns(wing, offline_digits):
    model = wing.mlp.build_mlp((16,), seed=0)
    model.set_weights([0 * weight for weight in model.get_weights()])
    accuracy = fitted(wing, model, offline_digits, epochs=1)
    *hidden, last = model.get_weights()
    assert all(np.all(weight == 0) for weight in hidden)
    assert np.any(last != 0)
    assert accuracy == pytest.approx(0.1)  # every digit is taken for the same one


@THOROUGH
def test_one_layer_alone_learns_well_from_zeros(wing, offline_digits):
    model = wing.softmax_regression.build_softmax_regression(seed=0)
    model.set_weights([0 * weight for weight in model.get_weights()])
    assert fitted(wing, model, offline_digits) > 0.82  # 0.87


def test_the_share_of_inked_pixels_is_a_start_that_already_knows_something(wing, offline_digits):
    (x, y), test = offline_digits
    inked = np.stack([np.mean(x[y == digit] > 0.5, axis=0) for digit in range(10)], axis=1)
    model = wing.softmax_regression.build_softmax_regression(seed=0)
    at_random = wing.training.evaluate(model, *test)
    model.set_weights([inked / 10, np.zeros(10)])
    at_share = wing.training.evaluate(model, *test)
    assert at_random["accuracy"] < 0.3  # 0.12
    assert at_share["accuracy"] == pytest.approx(0.624, abs=0.002)  # nothing here is random
    assert at_share["loss"] < at_random["loss"] - 0.5


def test_the_log_of_the_classes_shares_is_the_best_start_that_ignores_the_inputs(
    wing, offline_digits
):
    (x, y), _ = offline_digits
    rows = np.concatenate([np.flatnonzero(y == 3)[:20], np.flatnonzero(y == 7)[:380]])
    x, y = x[rows], (y[rows] == 3).astype(int)
    model = wing.softmax_regression.build_softmax_regression(num_classes=2, seed=0)
    shares = np.array([0.95, 0.05])
    losses = []
    for bias in (np.zeros(2), np.log(shares), np.log([0.9, 0.1]), np.log([0.99, 0.01])):
        model.set_weights([np.zeros((784, 2)), bias])
        losses.append(wing.training.evaluate(model, x, y)["loss"])
    assert losses[0] == pytest.approx(np.log(2))
    assert losses[1] == pytest.approx(-np.sum(shares * np.log(shares)), rel=1e-5)
    assert losses[1] == min(losses)


# Depth


def residual(wing, seed):
    """A layer `x + relu(x·W + b)` of small weights, as each wing writes one of its own."""
    he = wing.initializers.HeUniform(seed)

    def small(shape, dtype="float32"):
        return he(shape, dtype=dtype) / DEPTH

    inner = dense(wing, WIDTH, WIDTH, "relu", seed, small)

    if wing is KERAS:

        class Residual(keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.inner = inner

            def call(self, inputs):
                return inputs + self.inner(inputs)

    else:

        class Residual(wing.layers.NaiveLayer):
            def __init__(self):
                self.inner = inner

            def __call__(self, inputs, training=False):
                return inputs + self.inner(inputs)

    return Residual()


def normalized(wing, seed):
    layers = wing.layers
    if wing is KERAS:
        after = [layers.BatchNormalization(momentum=0.9), layers.Activation("sigmoid")]
    else:
        after = [layers.NaiveBatchNormalization(WIDTH, 0.9), layers.NaiveActivation("sigmoid")]
    return [dense(wing, WIDTH, WIDTH, None, seed), *after]


def deep_network(wing, kind, seed):
    """30 hidden layers of 32 units."""
    first, *inner, last = layer_seeds(seed, DEPTH + 1)
    activation = "sigmoid" if "sigmoid" in kind else "relu"
    initializer = "he_uniform" if kind in ("he", "residual") else "glorot_uniform"
    stack = [dense(wing, 784, WIDTH, activation, first, initializer)]
    for layer_seed in inner:
        if kind == "residual":
            stack.append(residual(wing, layer_seed))
        elif kind == "normalized sigmoid":
            stack += normalized(wing, layer_seed)
        else:
            stack.append(dense(wing, WIDTH, WIDTH, activation, layer_seed, initializer))
    return chain(wing, [*stack, dense(wing, WIDTH, 10, "softmax", last)])


def accuracy_of_deep(wing, digits, kind, seed, epochs):
    (x, y), test = digits
    model = deep_network(wing, kind, seed)
    settings = {"epochs": epochs, "batch_size": 32, "seed": seed, "verbose": 0}
    wing.training.fit(model, x, y, **settings)
    return wing.training.evaluate(model, *test)["accuracy"]


@pytest.mark.parametrize("seed", SEEDS)
@THOROUGH
@pytest.mark.parametrize("kind", ["relu", "sigmoid"])
def test_thirty_plain_layers_guess(wing, offline_digits, kind, seed):
    assert accuracy_of_deep(wing, offline_digits, kind, seed, epochs=2) < 0.2  # 0.1


@THOROUGH
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("kind", "least", "epochs"),
    [
        ("residual", 0.75, 2),  # 0.868 to 0.904
        ("he", 0.3, 3),  # 0.477 to 0.734
        ("normalized sigmoid", 0.6, 2),  # 0.761 to 0.847
    ],
)
def test_thirty_layers_learn_if_their_signals_keep_their_size(
    wing, offline_digits, kind, least, epochs, seed
):
    assert accuracy_of_deep(wing, offline_digits, kind, seed, epochs) > least


def size_by_layer(wing, digits, kind):
    """The size of the gradient of each layer's `W` at the start."""
    (x, y), _ = digits
    model = deep_network(wing, kind, 0)
    x, y = x[:200], y[:200].astype(int)

    def loss():
        values = wing.losses.sparse_categorical_crossentropy(y, model(x, training=True))
        return sum(values) / len(x) if wing is not KERAS else keras.ops.mean(values)

    kernels = [weight for weight in model.trainable_weights if len(weight.shape) == 2]
    return [np.sqrt(np.mean(g**2)) for g in wing.gradients.tape_gradients(loss, kernels)]


@THOROUGH
def test_gradients_vanish_on_their_way_to_the_first_layer(wing, offline_digits):
    sizes = {
        kind: size_by_layer(wing, offline_digits, kind)
        for kind in ("sigmoid", "relu", "he", "normalized sigmoid", "residual")
    }
    assert sizes["sigmoid"][0] < 1e-10 * sizes["sigmoid"][-1]  # 2e-21 to 4e-2
    assert max(sizes["relu"]) < 1e-4  # 3e-7 to 7e-7
    for kind in ("he", "normalized sigmoid", "residual"):
        assert 1e-3 < min(sizes[kind]) <= max(sizes[kind]) < 1  # 5e-3 to 3e-2


def test_depth_doubles_the_bends_and_width_adds_one(wing):
    x = np.linspace(0, 1, 257)
    bends, slopes = np.array([0.0, -0.5]), np.array([[2.0], [-4.0]])
    inner = [np.repeat(slopes, 2, axis=1), bends]
    for depth in (1, 2, 5):
        model = wing.mlp.build_mlp((2,) * depth, 1, 1, output_activation=None, dtype="float64")
        weights = [np.ones((1, 2)), bends, *inner * (depth - 1), slopes, np.zeros(1)]
        model.set_weights(weights)
        y = wing.training.predict(model, x[:, None])[:, 0]
        assert np.count_nonzero(np.diff(np.sign(np.diff(y)))) == 2**depth - 1
        assert sum(weight.size for weight in weights) == 6 * depth + 1
    wide = wing.mlp.build_mlp((10,), 1, 1, output_activation=None, dtype="float64")
    assert sum(weight.size for weight in wide.get_weights()) == 31  # as many as 5 layers of 2
    y = wing.training.predict(wide, x[:, None])[:, 0]
    assert np.count_nonzero(np.abs(np.diff(y, n=2)) > 1e-9) <= 2 * 10  # each unit bends it once
