"""Losses and metrics: Keras's values and slopes, pencil and paper, and no silent broadcasting."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.wings import KERAS, SCRATCH

from kerasfoundations.from_scratch.gradients import numerical_gradient

EXACT = {"float32": 2e-6, "float64": 1e-13}
PAIRED = [
    "mean_squared_error",
    "mean_absolute_error",
    "binary_crossentropy",
    "categorical_crossentropy",
]
CROSSENTROPIES = [
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
]


def sample(loss, dtype, rng, num_samples=40, num_outputs=5):
    """Targets and probabilities, some of them exactly 0 and 1."""
    labels = rng.integers(0, num_outputs, num_samples)
    if loss == "sparse_categorical_crossentropy":
        y_true = labels
    elif loss == "binary_crossentropy":
        y_true = rng.integers(0, 2, (num_samples, num_outputs)).astype(dtype)
    elif loss == "categorical_crossentropy":
        y_true = np.eye(num_outputs, dtype=dtype)[labels]
    else:
        y_true = rng.normal(size=(num_samples, num_outputs)).astype(dtype)
    p = rng.dirichlet(np.ones(num_outputs), num_samples)
    p[:num_outputs] = np.eye(num_outputs)  # certain, right or wrong
    return y_true, p.astype(dtype)


def values_and_slopes(function, y_true, y_pred, **options):
    y_pred = tf.constant(y_pred)
    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        values = function(tf.constant(y_true), y_pred, **options)
    return np.array(values), tape.gradient(values, y_pred).numpy()


def assert_twins(name, y_true, y_pred, dtype, **options):
    ours = values_and_slopes(getattr(SCRATCH.losses, name), y_true, y_pred, **options)
    theirs = values_and_slopes(getattr(keras.losses, name), y_true, y_pred, **options)
    assert ours[0].dtype == dtype
    for found, expected in zip(ours, theirs, strict=True):
        assert np.isfinite(found).all()
        scale = np.maximum(1, np.abs(expected))
        assert np.max(np.abs(found - expected) / scale) <= EXACT[dtype]


@pytest.mark.parametrize("loss", [*PAIRED, "sparse_categorical_crossentropy"])
def test_per_sample_values_and_slopes_equal_keras(loss, dtype, rng, device):
    assert_twins(loss, *sample(loss, dtype, rng), dtype)


@pytest.mark.parametrize("loss", PAIRED)
def test_the_outputs_of_a_sample_are_on_the_last_axis(loss, rng):
    y_true, y_pred = (array.reshape(4, 2, -1) for array in sample(loss, "float64", rng, 8))
    assert_twins(loss, y_true, y_pred, "float64")


def by_hand(loss, y, p, from_logits=False):
    """`∂(sum of all losses)/∂y_pred`, as the docstrings have it, in NumPy."""
    k = p.shape[-1]
    if loss == "mean_squared_error":
        return 2 * (p - y) / k
    if loss == "mean_absolute_error":
        return np.sign(p - y) / k
    if loss == "mnist_loss":
        p = 1 / (1 + np.exp(-p))
        return np.where(y == 1, -1, 1) * p * (1 - p) / k
    if loss == "binary_crossentropy":
        if from_logits:
            return (1 / (1 + np.exp(-p)) - y) / k
        return (p - y) / (p * (1 - p)) / k
    if loss == "sparse_categorical_crossentropy":
        y = np.eye(k)[y]
    if from_logits:
        return np.exp(p) / np.exp(p).sum(axis=1, keepdims=True) - y
    return 1 / p.sum(axis=1, keepdims=True) - y / p


WITNESSED = [
    *((loss, False) for loss in [*PAIRED, "sparse_categorical_crossentropy", "mnist_loss"]),
    *((loss, True) for loss in CROSSENTROPIES),
]


@pytest.mark.parametrize(("loss", "from_logits"), WITNESSED)
def test_slopes_have_three_witnesses(loss, from_logits, rng):
    """Tape, by hand, central differences; and Keras's function under the tape is a fourth."""
    name = "binary_crossentropy" if loss == "mnist_loss" else loss
    y_true, p = sample(name, "float64", rng, num_samples=12)
    p = 0.9 * p + 0.02  # no exact 0 or 1, where clipping has a corner; not adding up to 1
    y_pred = np.log(p) if from_logits else p
    options = {"from_logits": True} if from_logits else {}
    function = getattr(SCRATCH.losses, loss)
    _, by_tape = values_and_slopes(function, y_true, y_pred, **options)
    expected = by_hand(loss, y_true, y_pred, from_logits)
    differences = numerical_gradient(
        lambda y_pred: tf.reduce_sum(function(y_true, tf.constant(y_pred), **options)), y_pred
    )
    np.testing.assert_allclose(by_tape, expected, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(by_tape, differences, rtol=1e-6, atol=1e-7)
    theirs = getattr(KERAS.losses, loss)
    _, with_keras = values_and_slopes(theirs, y_true, y_pred, **options)
    np.testing.assert_allclose(by_tape, with_keras, rtol=1e-10, atol=1e-12)


def test_mnist_loss_has_the_accuracy_of_its_probabilities(wing, rng):
    """It takes logits: above 0 means above one half."""
    x = rng.normal(size=(200, 1))
    y = (x > 0).astype("float64")
    model = wing.linear_regression.build_linear_regression(dtype="float64")
    model.set_weights([np.array([[0.3]]), np.zeros(1)])
    options = {"loss": "mnist_loss", "optimizer": "sgd", "learning_rate": 0.1, "verbose": 0}
    history = wing.training.fit(model, x, y, epochs=1, **options)
    assert history.accuracy[0] > 0.98
    assert wing.training.evaluate(model, x, y)["accuracy"] > 0.98


def test_targets_that_are_not_probabilities_are_refused(wing, rng):
    model = wing.logistic_regression.build_logistic_regression(2)
    x, y = rng.normal(size=(6, 2)), np.array([[-1.0], [1.0]] * 3)
    with pytest.raises(ValueError, match=r"takes targets from 0 to 1, received -1 to 1.*/ 2"):
        wing.training.fit(model, x, y, loss="binary_crossentropy", verbose=0)


def test_mnist_loss_is_the_distance_to_the_truth_and_flat_where_surely_wrong(wing):
    y_true = np.array([[1.0], [0.0], [1.0], [0.0]])
    logits = np.array([[np.log(3)], [np.log(3)], [-1000.0], [1000.0]])
    values, slopes = values_and_slopes(wing.losses.mnist_loss, y_true, logits)
    np.testing.assert_allclose(values, [0.25, 0.75, 1, 1], atol=1e-12)
    np.testing.assert_allclose(slopes[:, 0], [-3 / 16, 3 / 16, 0, 0], atol=1e-12)
    assert wing.losses.get("mnist_loss") is wing.losses.mnist_loss
    for shapes in [((4,), (4, 1)), ((1, 1), (4, 1))]:
        with pytest.raises(ValueError, match="must have the same shape"):
            wing.losses.mnist_loss(np.zeros(shapes[0]), np.zeros(shapes[1]))


@pytest.mark.parametrize("loss", [*PAIRED, "sparse_categorical_crossentropy", "mnist_loss"])
def test_an_unknown_loss_is_refused_in_the_same_words(wing, loss):
    assert wing.losses.get(loss) is getattr(wing.losses, loss)
    with pytest.raises(ValueError, match=f"unknown loss '{loss}x'.*did you mean '{loss}'"):
        wing.losses.get(f"{loss}x")
    with pytest.raises(ValueError, match="unknown loss None"):
        wing.losses.get(None)


@pytest.mark.parametrize("scale", [0.0, 1.0, 30.0, 1000.0])
@pytest.mark.parametrize("loss", CROSSENTROPIES)
def test_from_logits_equals_keras_for_any_size_of_logit(loss, scale, dtype, rng, device):
    y_true, _ = sample(loss, dtype, rng)
    logits = (rng.normal(size=(40, 5)) * scale).astype(dtype)
    assert_twins(loss, y_true, logits, dtype, from_logits=True)


@pytest.mark.parametrize("loss", CROSSENTROPIES)
def test_logits_and_their_probabilities_give_the_same_loss(loss, rng):
    y_true, _ = sample(loss, "float64", rng)
    logits = tf.constant(rng.normal(size=(40, 5)))
    squash = SCRATCH.layers.sigmoid if loss == "binary_crossentropy" else SCRATCH.layers.softmax
    function = getattr(SCRATCH.losses, loss)
    assert (
        largest_difference(
            function(y_true, logits, from_logits=True), function(y_true, squash(logits))
        )
        < 1e-12
    )


def test_pencil_and_paper(wing):
    losses = wing.losses
    quarter = tf.constant([[0.25, 0.75]], tf.float64)

    def value(function, y_true):
        return np.array(function(tf.constant(y_true), quarter))

    assert value(losses.mean_squared_error, [[1.0, 0.0]]) == pytest.approx(0.5625)
    assert value(losses.mean_absolute_error, [[1.0, 0.0]]) == pytest.approx(0.75)
    assert value(losses.binary_crossentropy, [[0.0, 1.0]]) == pytest.approx(-np.log(0.75))
    assert value(losses.categorical_crossentropy, [[0.0, 1.0]]) == pytest.approx(-np.log(0.75))
    assert value(losses.sparse_categorical_crossentropy, [0]) == pytest.approx(np.log(4))


def test_integer_and_one_hot_labels_give_the_same_loss(wing, rng):
    labels, p = sample("sparse_categorical_crossentropy", "float64", rng)
    p = p[5:]  # clipping and normalizing certain probabilities happen in different orders
    sparse = wing.losses.sparse_categorical_crossentropy(labels[5:], p)
    dense = wing.losses.categorical_crossentropy(np.eye(5)[labels[5:]], p)
    assert largest_difference(np.array(sparse), np.array(dense)) < 1e-6


@pytest.mark.parametrize("loss", PAIRED)
@pytest.mark.parametrize(
    "shapes", [((4,), (4, 1)), ((4, 1), (4,)), ((1, 3), (4, 3)), ((4, 3), (4, 2))]
)
def test_shapes_that_would_broadcast_are_refused(loss, shapes):
    y_true, y_pred = np.zeros(shapes[0]), np.zeros(shapes[1])
    with pytest.raises(ValueError, match="must have the same shape, received") as caught:
        getattr(SCRATCH.losses, loss)(y_true, y_pred)
    assert str(shapes[0]) in str(caught.value)
    assert str(shapes[1]) in str(caught.value)


def test_sparse_labels_of_a_wrong_rank_are_refused():
    for function in (
        SCRATCH.losses.sparse_categorical_crossentropy,
        SCRATCH.metrics.sparse_categorical_accuracy,
    ):
        with pytest.raises(
            ValueError, match=r"labels \(B,\).*received shapes \(4, 1\) and \(4, 3\)"
        ):
            function(np.zeros((4, 1)), np.zeros((4, 3)))


def test_losses_are_found_by_name_and_functions_returned_unchanged():
    for name in [*PAIRED, "sparse_categorical_crossentropy"]:
        assert SCRATCH.losses.get(name) is getattr(SCRATCH.losses, name)
    assert SCRATCH.losses.get(abs) is abs
    assert SCRATCH.losses.get("mse") is SCRATCH.losses.mean_squared_error
    with pytest.raises(ValueError, match="unknown loss 'mzse'"):
        SCRATCH.losses.get("mzse")


def test_whole_numbers_as_predictions_are_taken_as_floats():
    """A mean of int32 would be rounded to a whole number."""
    value = SCRATCH.losses.mean_squared_error([[0, 2]], [[1, 4]])
    assert value.numpy().tolist() == [2.5]
    hits = SCRATCH.metrics.categorical_accuracy([[0, 1], [0, 1]], [[0, 1], [1, 0]])
    assert float(tf.reduce_mean(hits)) == 0.5


def test_metrics_equal_keras_and_the_count(dtype, rng, device):
    labels = rng.integers(0, 4, 200)
    p = rng.dirichlet(np.ones(4), 200).astype(dtype)
    binary = rng.integers(0, 2, (200, 4)).astype(dtype)
    right = np.mean(p.argmax(axis=1) == labels)
    for name, y_true in (
        ("sparse_categorical_accuracy", labels),
        ("categorical_accuracy", np.eye(4, dtype=dtype)[labels]),
        ("binary_accuracy", binary),
    ):
        ours = getattr(SCRATCH.metrics, name)(y_true, p).numpy()
        theirs = keras.ops.convert_to_numpy(
            getattr(keras.metrics, name)(tf.constant(y_true), tf.constant(p))
        )
        np.testing.assert_array_equal(ours, theirs)
        assert len(ours) == 200
        expected = np.mean((p > 0.5) == binary) if name == "binary_accuracy" else right
        assert ours.mean() == pytest.approx(expected, abs=1e-6)


def test_metrics_refuse_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match="same shape"):
        SCRATCH.metrics.categorical_accuracy(np.zeros((4, 3)), np.zeros((4, 2)))
    with pytest.raises(ValueError, match="same shape"):
        SCRATCH.metrics.binary_accuracy(np.zeros(4), np.zeros((4, 1)))


def test_accuracy_has_no_slope_and_mnist_loss_has_one(wing, rng):
    """By central differences, and for the tape nothing connects the accuracy with a weight."""
    x, y = rng.normal(size=(40, 3)), rng.integers(0, 2, (40, 1)).astype("float64")
    weights = rng.normal(size=(3, 1))
    accuracy, loss = (
        numerical_gradient(lambda w, f=function: float(np.mean(np.array(f(y, x @ w)))), weights)
        for function in (
            lambda y, z: wing.metrics.binary_accuracy(y, z, threshold=0.0),
            wing.losses.mnist_loss,
        )
    )
    assert np.all(accuracy == 0)
    assert np.abs(loss).min() > 1e-3
    variable = tf.Variable(weights)
    with tf.GradientTape() as tape:
        measured = tf.reduce_mean(
            tf.convert_to_tensor(wing.metrics.binary_accuracy(y, tf.matmul(x, variable), 0.0))
        )
    assert tape.gradient(measured, variable) is None


def test_accuracy_refuses_to_broadcast_as_well():
    for predictions in ([[0.1, 0.9]], [[0.1, 0.9], [0.2, 0.3]]):
        with pytest.raises(ValueError, match=r"labels \(B,\) and predictions \(B, k\), received"):
            SCRATCH.metrics.sparse_categorical_accuracy([1, 0, 1], predictions)


def test_mnist_loss_refuses_the_outputs_of_a_sigmoid(wing):
    model = wing.mlp.build_mlp((), 2, 1, output_activation="sigmoid")
    x, y = np.ones((4, 2)), np.ones((4, 1))
    with pytest.raises(ValueError, match=r"mnist_loss takes logits.*output_activation=None"):
        wing.training.fit(model, x, y, loss="mnist_loss", verbose=0)
