"""Convolutional and residual networks: equal in both wings, in training and in inference."""

import functools
import itertools
import os
import tempfile

import numpy as np
import pytest
from support.arrays import largest_difference
from support.thorough import THOROUGH
from support.wings import KERAS, SCRATCH, assert_stages_equal

from kerasfoundations.data import load_threes_and_sevens, scale_images
from kerasfoundations.loop.history import Callback

WINGS = (SCRATCH, KERAS)


def build(wing, name, **arguments):
    builder = {"cnn": "build_cnn", "lenet": "build_lenet5", "resnet": "build_resnet18"}[name]
    return getattr(getattr(wing, name), builder)(**arguments)


class BatchLosses(Callback):
    """The mean loss of the epoch so far, after each batch."""

    def __init__(self):
        self.values = []

    def on_train_batch_end(self, batch, logs=None):
        self.values.append(logs["loss"])


def trained(wing, model, x, y, **arguments):
    """The losses of 20 steps, the weights after them, and what the model then predicts."""
    losses = BatchLosses()
    wing.training.fit(model, x, y, epochs=1, verbose=0, callbacks=[losses], seed=3, **arguments)
    assert len(losses.values) == 20
    return losses.values, model.get_weights(), wing.training.predict(model, x)


def agree(name, x, y, arguments, **fit_arguments):
    """The proof: twenty steps in training mode to 1e-8, inference from equal weights to 1e-10."""
    models = [build(wing, name, seed=1, dtype="float64", **arguments) for wing in WINGS]
    start = [model.get_weights() for model in models]
    assert largest_difference(*start) == 0
    found = [
        trained(wing, model, x, y, **fit_arguments)
        for wing, model in zip(WINGS, models, strict=True)
    ]
    (losses, weights, predictions), (keras_losses, keras_weights, keras_predictions) = found
    assert largest_difference(losses, keras_losses) < 1e-8
    assert largest_difference(weights, keras_weights) < 1e-8
    assert largest_difference(predictions, keras_predictions) < 1e-8
    assert largest_difference(weights, start[0]) > 1e-3  # it has learned something
    moving = [w for w, v in zip(weights, models[0].weights, strict=True) if not v.trainable]
    assert all(np.ptp(w) > 0 for w in moving)  # so have the moving statistics
    models[1].set_weights(weights)
    assert largest_difference(predictions, KERAS.training.predict(models[1], x)) < 1e-10
    models[0].set_weights(keras_weights)
    assert largest_difference(keras_predictions, SCRATCH.training.predict(models[0], x)) < 1e-10
    return models


@pytest.fixture(scope="module")
def digits(offline_data):
    """310 of the digits: the last of 20 batches of 16 is smaller."""
    return scale_images(offline_data.x_train[:310]), offline_data.y_train[:310]


@pytest.fixture(scope="module")
def cnns(digits):
    """Twins that have been proven equal: every option of the builder is in them."""
    arguments = {"filters": (8, 16), "dropout": 0.5, "l1": 1e-4, "l2": 1e-3}
    return agree("cnn", *digits, arguments, batch_size=16, optimizer="rmsprop")


@pytest.fixture(scope="module")
def resnets(digits):
    return agree(
        "resnet", *digits, {"filters": 4}, batch_size=16, optimizer="sgd", learning_rate=0.05
    )


def assert_the_step_is_equal(name, x, y, **more):
    more |= {"name": name, "seed": 1, "dtype": "float64", "image_shape": (14, 14, 1)}
    build_twin = functools.partial(build, **more)
    assert_stages_equal(build_twin, x[:, ::2, ::2], y, optimizer="sgd", learning_rate=0.05)


@THOROUGH
def test_the_step_is_equal_stage_by_stage(digits):
    assert_the_step_is_equal("cnn", *digits, dropout=0.5, l2=1e-3, filters=(3,))
    assert_the_step_is_equal("lenet", *digits, l1=1e-4, l2=1e-3)


def test_the_cnns_agree_step_by_step(cnns, digits):
    x, _ = digits
    assert_files_keep(cnns, x)
    assert_neighbours_do_not_matter(cnns, x)


@THOROUGH
def test_the_resnets_agree_step_by_step(resnets, digits):
    x, _ = digits
    assert_files_keep(resnets, x)
    assert_neighbours_do_not_matter(resnets, x)


@THOROUGH
@pytest.mark.parametrize(
    "arguments",
    [
        {"l1": 1e-4, "l2": 1e-3},
        pytest.param({"activation": "relu", "pooling": "max"}, marks=THOROUGH),
    ],
)
def test_the_lenets_agree_step_by_step(digits, arguments):
    models = agree("lenet", *digits, arguments, batch_size=16, optimizer="adam")
    assert_files_keep(models, digits[0])


def test_lenet_5_has_its_published_shapes(wing):
    """Figure 2 of the paper; its C5 is a dense layer, as 5×5 filters fit 5×5 pixels once."""
    model = wing.lenet.build_lenet5()
    shapes = [(28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16), (400,), (120,), (84,), (10,)]
    assert list(shapes_on_the_way(model)) == shapes
    # As published: C1 156, C5 48,120, F6 10,164. All six channels go into each filter of C3.
    counts = [int(np.prod(w.shape)) for w in model.weights]
    sizes = [sum(counts[i : i + 2]) for i in range(0, 10, 2)]
    assert sizes == [156, 2_416, 48_120, 10_164, 850]


@pytest.mark.parametrize("wing", WINGS, ids=lambda wing: wing.name)
def test_lenet_5_computes_what_its_options_say(wing):
    x = np.random.default_rng(0).random((2, 12, 12, 1))
    found = {
        (activation, pooling): np.array(
            wing.lenet.build_lenet5(
                (12, 12, 1), 3, activation=activation, pooling=pooling, seed=1, dtype="float64"
            )(x)
        )
        for activation in ("tanh", "relu", "sigmoid")
        for pooling in ("average", "max")
    }
    default = wing.lenet.build_lenet5((12, 12, 1), 3, seed=1, dtype="float64")
    np.testing.assert_array_equal(np.array(default(x)), found["tanh", "average"])
    assert all(
        largest_difference(first, second) > 1e-4
        for first, second in itertools.combinations(found.values(), 2)
    )
    W1, b1, W2, b2, *dense = default.get_weights()
    padded = np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)))
    h = means(np.tanh(convolved(padded, W1) + b1))  # (2, 6, 6, 6)
    h = means(np.tanh(convolved(h, W2) + b2)).reshape(2, -1)  # (2, 16)
    h = np.tanh(h @ dense[0] + dense[1])
    z = np.tanh(h @ dense[2] + dense[3]) @ dense[4] + dense[5]
    expected = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found["tanh", "average"], expected, rtol=0, atol=1e-12)


def convolved(x, W):
    """The outputs of filters of 5×5 that stay inside of the images."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (5, 5), axis=(1, 2))
    return np.einsum("bijcpq,pqcf->bijf", windows, W)


def means(x):
    """The means of windows of 2×2."""
    return (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]) / 4


def assert_files_keep(models, x):
    """A stored model predicts the same, bit for bit."""
    for wing, model in zip(WINGS, models, strict=True):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, f"model{wing.models.SUFFIX}")
            wing.models.save_model(model, path)
            back = wing.models.load_model(path)
        assert largest_difference(model.get_weights(), back.get_weights()) == 0
        before, after = (wing.training.predict(m, x[:9]) for m in (model, back))
        np.testing.assert_array_equal(before, after)


def assert_neighbours_do_not_matter(models, x):
    """In inference, a digit's outputs do not depend on the other samples; in training they do."""
    for model in models:
        alone, among = np.array(model(x[:1])), np.array(model(x[:5]))[:1]
        assert largest_difference(alone, among) < 1e-12
        assert largest_difference(alone, np.array(model(x[:5], training=True))[:1]) > 1e-6


def test_full_size_networks_agree_step_by_step(full_mnist):
    """With a rate at which 20 steps of the ResNet do not blow up what is rounded otherwise.

    Seeds 1 to 3 differ by at most 3.5e-10 at 0.03, thirty times less than is asked; at 0.1, where
    the loss climbs to 2, by up to 2.1e-7.
    """
    pair = load_threes_and_sevens(full_mnist)
    x, y = scale_images(pair.x_train[:60]), pair.y_train[:60]
    assert_the_step_is_equal("resnet", x, y, num_classes=2, filters=8)
    x, y = scale_images(pair.x_train[:320]), pair.y_train[:320]
    agree("resnet", x, y, {"num_classes": 2}, batch_size=16, optimizer="sgd", learning_rate=0.03)
    agree("cnn", x, y, {"num_classes": 2}, batch_size=16, optimizer="adam")


def test_one_seed_gives_both_residual_networks_the_same_weights():
    models = [build(wing, "resnet", image_shape=(8, 8, 1), filters=1, seed=2) for wing in WINGS]
    assert largest_difference(*(model.get_weights() for model in models)) == 0


def test_the_residual_network_has_its_published_size(wing):
    model = wing.resnet.build_resnet18(num_classes=1000, image_shape=(32, 32, 3), filters=64)
    trainable = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    assert trainable == 11_689_512  # as published for colour images and 1,000 classes
    assert len(model.weights) == 20 * 4 + 20 + 2  # 17 + 3 convolutions, each normalized; dense
    assert list(shapes_on_the_way(model))[3:-2] == [
        (8, 8, 64),  # pooled
        *2 * [(8, 8, 64)],
        *2 * [(4, 4, 128)],
        *2 * [(2, 2, 256)],
        *2 * [(1, 1, 512)],
    ]


def shapes_on_the_way(model):
    """Return the shape of a sample after each layer."""
    shape = model.input_shape[1:]
    for layer in model.layers:
        own = isinstance(layer, SCRATCH.layers.NaiveLayer)
        shape = layer.output_shape(shape) if own else layer.output.shape[1:]
        yield tuple(shape)


@pytest.mark.parametrize("arguments", [{}, {"batch_normalization": False}, {"filters": (3,)}])
def test_the_same_seed_builds_the_same_cnn(arguments, dtype):
    weights = [build(w, "cnn", seed=4, dtype=dtype, **arguments).get_weights() for w in WINGS]
    assert largest_difference(*weights) == 0
    assert [w.dtype.name for w in weights[0]] == [w.dtype.name for w in weights[1]]
    other = build(SCRATCH, "cnn", seed=5, dtype=dtype, **arguments).get_weights()
    assert largest_difference(weights[0], other) > 0.01


@THOROUGH
@pytest.mark.parametrize("name", ["cnn", "lenet"])
def test_all_executions_take_the_same_steps(digits, name):
    """With convolution, pooling and normalization; for dropout XLA draws other masks."""
    x, y = digits[0][:40], digits[1][:40]
    found = []
    for execution in ("eager", "graph", "xla", "epoch"):
        more = {"filters": (3,)} if name == "cnn" else {}
        model = build(SCRATCH, name, seed=1, dtype="float64", **more)
        settings = {"epochs": 2, "batch_size": 16, "seed": 3, "verbose": 0}
        history = SCRATCH.training.fit(model, x, y, execution=execution, **settings)
        found.append((history.loss, model.get_weights()))
    for losses, weights in found[1:]:
        assert largest_difference(losses, found[0][0]) < 1e-12
        assert largest_difference(weights, found[0][1]) < 1e-10


def test_builders_accept_generators(wing):
    made = wing.cnn.build_cnn(filters=(n for n in (2, 3)), image_shape=(n for n in (8, 8, 1)))
    assert made.output_shape == (None, 10)
    assert len(made.weights) == 2 * 5 + 2


@pytest.mark.parametrize("wing", WINGS, ids=lambda wing: wing.name)
def test_one_hidden_layer_gets_close_to_any_curve(wing):
    x = np.linspace(-1, 1, 200)[:, None]
    curve = np.sin(2 * np.pi * x) + 0.4 * np.sin(6 * np.pi * x)
    errors = []
    for width in (4, 16, 64):
        bends = -1 + 2 * np.arange(width) / width  # (width,), evenly spread
        hidden = np.maximum(x - bends, 0)  # (200, width)
        W, b = wing.linear_regression.solve_linear_regression(hidden, curve)
        model = wing.mlp.build_mlp((width,), 1, 1, output_activation=None, dtype="float64")
        model.set_weights([np.ones((1, width)), -bends, W, b])
        fit = wing.training.predict(model, x)  # (200, 1)
        lines = np.linalg.lstsq(np.c_[hidden, np.ones(200)], curve, rcond=None)[0]
        np.testing.assert_allclose(fit, np.c_[hidden, np.ones(200)] @ lines, atol=1e-6)
        errors.append(np.abs(fit - curve).max())
    assert all(after < before / 5 for before, after in itertools.pairwise(errors)), errors
    assert errors[-1] < 0.02
