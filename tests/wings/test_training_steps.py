"""One step, taken apart: gradients by three witnesses, the update, the traces."""

import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import sampled
from support.wings import SCRATCH

losses, training = SCRATCH.losses, SCRATCH.training


def gradients_by_tape(model, x, y, loss):
    return loss_and_gradients(model, x, y, loss)[1]


def loss_and_gradients(model, x, y, loss):
    """Return what a step computes; here it moves nothing."""
    found = []
    average_loss = training.one_training_step(
        model, x, y, loss, update=lambda gradients, weights: found.extend(gradients)
    )
    return float(average_loss), [gradient.numpy() for gradient in found]


def gradients_by_hand(model, x, y_one_hot):
    """Backpropagation of relu layers with softmax and cross-entropy, in NumPy.

    The slope of the mean loss at the logits is (p - y) / B; a layer passes it back through its W,
    and relu lets it pass where its output is above 0.
    """
    weights = model.get_weights()
    kernels, biases = weights[0::2], weights[1::2]
    inputs = [x]
    for w, b in zip(kernels[:-1], biases[:-1], strict=True):
        inputs.append(np.maximum(inputs[-1] @ w + b, 0))
    logits = inputs[-1] @ kernels[-1] + biases[-1]
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    slope = (p - y_one_hot) / len(x)
    found = []
    for before, w in zip(reversed(inputs), reversed(kernels), strict=True):
        found = [before.T @ slope, slope.sum(axis=0), *found]
        slope = (slope @ w.T) * (before > 0)
    return found


def gradients_by_differences(model, x, y, loss, step=1e-6):
    """(L(w + h) - L(w - h)) / 2h for every single weight."""
    start = model.get_weights()

    def loss_at(weights):
        model.set_weights(weights)
        return float(tf.reduce_mean(loss(y, model.logits(x), from_logits=True)))

    found = [np.zeros_like(w) for w in start]
    for array, slopes in zip(start, found, strict=True):
        for place in np.ndindex(array.shape):
            value = array[place]
            array[place] = value + step
            above = loss_at(start)
            array[place] = value - step
            slopes[place] = (above - loss_at(start)) / (2 * step)
            array[place] = value
    model.set_weights(start)
    return found


@pytest.mark.parametrize("hidden_units", sampled([[6, 4], [], [5], [5, 4, 3]], every=4))
def test_three_witnesses_agree_on_the_gradients(hidden_units, rng):
    model = SCRATCH.mlp.build_mlp(hidden_units, 7, 3, seed=1, dtype="float64")
    # Biases of 0 would put units behind a dead layer at exactly 0, on relu's kink.
    model.set_weights([w + rng.normal(size=w.shape) / 4 for w in model.get_weights()])
    x, y = rng.normal(size=(9, 7)), rng.integers(0, 3, 9)
    one_hot = np.eye(3)[y]
    by_hand = gradients_by_hand(model, x, one_hot)
    scale = max(np.abs(g).max() for g in by_hand)
    for loss, targets in (
        (losses.sparse_categorical_crossentropy, y),
        (losses.categorical_crossentropy, one_hot),
    ):
        by_tape = gradients_by_tape(model, x, targets, loss)
        by_differences = gradients_by_differences(model, x, targets, loss)
        assert largest_difference(by_tape, by_hand) < 1e-14
        assert largest_difference(by_differences, by_hand) < 1e-6 * scale


@pytest.mark.parametrize(
    "loss", ["mean_squared_error", "mean_absolute_error", "binary_crossentropy"]
)
@pytest.mark.parametrize("activation", [None, "sigmoid", "softmax", "relu"])
def test_tape_and_differences_agree_for_other_losses_and_activations(loss, activation, rng):
    if loss == "binary_crossentropy" and activation in (None, "relu"):
        activation = "sigmoid"  # it takes probabilities
    layer = SCRATCH.layers.NaiveDense(4, 3, activation, seed=2, dtype="float64")
    model = SCRATCH.models.NaiveSequential([layer])
    x, y = rng.normal(size=(5, 4)), rng.integers(0, 2, (5, 3)).astype("float64")
    function = getattr(losses, loss)
    by_tape = gradients_by_tape(model, x, y, function)

    def mean_loss():
        return float(SCRATCH.evaluation.forward(model, x, y, function)[1])

    direction = [rng.normal(size=w.shape) for w in model.get_weights()]
    start = model.get_weights()
    values = []
    for sign in (1, -1):
        model.set_weights([w + sign * 1e-6 * d for w, d in zip(start, direction, strict=True)])
        values.append(mean_loss())
    by_differences = (values[0] - values[1]) / 2e-6
    expected = sum((g * d).sum() for g, d in zip(by_tape, direction, strict=True))
    assert by_differences == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_one_training_step_takes_the_step_of_pencil_and_paper():
    model = SCRATCH.mlp.build_mlp((), 2, 2, dtype="float64")
    model.set_weights([np.zeros((2, 2)), np.zeros(2)])
    loss = training.one_training_step(model, [[1.0, 2.0]], [1])
    assert float(loss) == pytest.approx(np.log(2))
    # slope at the logits: p - y = (0.5, -0.5); at W: x times that; η = 0.001
    w, b = model.get_weights()
    np.testing.assert_allclose(w, [[-0.0005, 0.0005], [-0.001, 0.001]], rtol=1e-12)
    np.testing.assert_allclose(b, [-0.0005, 0.0005], rtol=1e-12)


def test_one_training_step_takes_an_optimizer_and_a_loss(rng):
    model = SCRATCH.mlp.build_mlp((4,), 5, 3, dtype="float64")
    x, y = rng.normal(size=(8, 5)), np.eye(3)[rng.integers(0, 3, 8)]
    optimizer = SCRATCH.optimizers.RMSprop(0.01)
    values = [
        float(
            training.one_training_step(
                model, x, y, losses.categorical_crossentropy, optimizer.apply
            )
        )
        for _ in range(30)
    ]
    assert values[-1] < values[0] / 2


@pytest.mark.parametrize("execution", ["graph", "xla"])
def test_a_smaller_last_batch_and_another_epoch_are_not_traced_again(execution, rng):
    model = SCRATCH.mlp.build_mlp((4,), 5, 3)
    step = training.make_training_step(model, SCRATCH.optimizers.RMSprop(), execution=execution)
    for size in (8, 8, 3, 8, 3, 1):
        x = rng.normal(size=(size, 5)).astype("float32")
        step(x, rng.integers(0, 3, size))
    assert step.experimental_get_tracing_count() == 1


def test_each_model_has_a_step_of_its_own(rng):
    """A step compiled once for all models fails for the second one, or moves the first."""
    x, y = rng.normal(size=(8, 5)).astype("float32"), rng.integers(0, 3, 8)
    models = [SCRATCH.mlp.build_mlp((4,), 5, 3, seed=s) for s in (0, 1)]
    before = [model.get_weights() for model in models]
    for model in models:
        training.make_training_step(model, SCRATCH.optimizers.RMSprop())(x, y)
    for model, weights in zip(models, before, strict=True):
        assert largest_difference(model.get_weights(), weights) > 1e-4


def test_all_executions_take_the_same_step(rng):
    x, y = rng.normal(size=(16, 5)), rng.integers(0, 3, 16)
    results = []
    for execution in ("eager", "graph", "xla"):
        model = SCRATCH.mlp.build_mlp((6,), 5, 3, dtype="float64")
        optimizer = SCRATCH.optimizers.RMSprop()
        step = training.make_training_step(model, optimizer, execution=execution)
        values = [float(v) for _ in range(5) for v in step(x, y.astype("int64"))]
        results.append([*model.get_weights(), np.array(values)])
    assert largest_difference(results[0], results[1]) < 1e-12
    assert largest_difference(results[0], results[2]) < 1e-12


@pytest.mark.parametrize("execution", ["eager", "graph"])
def test_targets_that_would_be_broadcast_are_refused(execution):
    model = SCRATCH.mlp.build_mlp((), 5, 3)
    how = {"loss": losses.mean_squared_error, "execution": execution}
    step = training.make_training_step(model, SCRATCH.optimizers.SGD(), **how)
    with pytest.raises((TypeError, ValueError), match=r"\(2, 1\)"):
        step(np.ones((2, 5), "float32"), np.ones((2, 1), "float32"))


def test_a_loss_after_its_own_activation_survives_certainty():
    """Logits 2,000 apart: as probabilities they are exactly 0 and 1, and log(0) is infinite."""
    model = SCRATCH.mlp.build_mlp((), 1, 2)
    model.set_weights([np.array([[-1000.0, 1000.0]]), np.zeros(2)])
    average_loss, gradients = loss_and_gradients(
        model, np.ones((1, 1), "float32"), np.array([0]), losses.sparse_categorical_crossentropy
    )
    assert average_loss == 2000
    np.testing.assert_array_equal(gradients[0], [[-1, 1]])


def test_a_step_on_all_samples_looks_at_n_times_as_many_as_one_on_one(wing, rng):
    """And in eager mode the loss gets numbers, which can be looked at."""
    n, seen = 12, []

    def squares(y_true, y_pred):
        seen.append(np.shape(y_pred.numpy())[0])
        return (y_true - y_pred) ** 2

    x, y = rng.normal(size=(n, 3)), rng.normal(size=(n, 1))
    for batch_size, expected in ((n, [n]), (1, [1] * n), (5, [5, 5, 2])):
        seen.clear()
        model = wing.linear_regression.build_linear_regression(3, dtype="float64")
        options = {"batch_size": batch_size, "epochs": 1, "execution": "eager", "verbose": 0}
        wing.training.fit(model, x, y, loss=squares, metrics=[], **options)
        assert seen == expected
