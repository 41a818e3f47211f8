"""Each in a moment what a longer test of `make test-all` shows in full, for both wings."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import (
    load_blood_pressure,
    load_threes_and_sevens,
    make_blood_tests,
    make_crumpled_sheets,
    standardize,
)

AGE, SBP = load_blood_pressure()


def descend(wing, surface, start, rate, steps, **noise):
    """Gradient descent in float64."""
    with KERAS.evaluation.precision("float64"):
        rule = wing.optimizers.SGD(rate)
        return wing.gradients.descend(surface, start, rule, steps, **noise)


def test_a_descent_is_stuck_on_the_saddle_until_there_is_noise(wing):
    """The longer ones: `test_where_learning_fails`."""
    stuck = descend(wing, wing.gradients.saddle, [1.0, 0.0], 0.1, 30)
    assert np.all(stuck[:, 1] == 0)
    np.testing.assert_allclose(stuck[:, 0], 0.8 ** np.arange(31), rtol=1e-12)
    free = descend(wing, wing.gradients.saddle, [1.0, 0.0], 0.1, 30, noise=0.05)
    assert abs(free[-1, 1]) > 0.2


def test_the_start_decides_between_valleys_and_not_in_a_bowl(wing):
    def bowl(point):
        return 2 * (point[0] - 1) ** 2 + (point[1] + point[0]) ** 2

    starts = [-4.0, -4.0], [4.0, 4.0]
    valleys = [descend(wing, wing.gradients.styblinski_tang, at, 0.02, 20)[-1] for at in starts]
    np.testing.assert_allclose(
        [end[:2] for end in valleys], [[-2.9035] * 2, [2.7468] * 2], atol=0.01
    )
    assert valleys[1][2] - valleys[0][2] == pytest.approx(28.27, abs=0.01)
    ends = [descend(wing, bowl, at, 0.2, 40)[-1] for at in starts]
    np.testing.assert_allclose(ends, [[1, -1, 0]] * 2, atol=1e-2)


def test_a_descent_steps_down_the_slope(wing):
    """On x², from -1.5 at 0.1: each step leaves 1 - 2·0.1 of the way."""
    path = descend(wing, lambda p: p[0] ** 2, [-1.5], 0.1, 10)
    np.testing.assert_allclose(path[:, 0], -1.5 * 0.8 ** np.arange(11), rtol=1e-12)


def test_momentum_rolls_over_a_hill(wing):
    def hill(x):
        return x[0] ** 4 / 4 - x[0] ** 2 + x[0] / 2

    with KERAS.evaluation.precision("float64"):
        rules = [wing.optimizers.SGD(0.05, momentum) for momentum in (0.0, 0.9)]
        ends = [wing.gradients.descend(hill, [2.2], rule, 60)[-1, 0] for rule in rules]
    assert ends[1] < 0 < ends[0]


def test_a_rate_walks_down_or_crosses_the_minimum(wing):
    options = {"slope": 0.5, "intercept": 87.6, "train_intercept": False, "steps": 5}
    lowest = np.mean(AGE * (SBP - 87.6)) / np.mean(AGE**2)
    for rate in (0.0001, 0.0003):
        fitted = wing.linear_regression.fit_line(AGE, SBP, **options, learning_rate=rate)
        left = 1 - 2 * rate * np.mean(AGE**2)  # of the way, after each step
        expected = lowest + (0.5 - lowest) * left ** np.arange(6)
        np.testing.assert_allclose(fitted.path[:, 0], expected, rtol=1e-5)
        assert (left < 0) == (rate == 0.0003)


def test_a_parabola_gets_closer_step_by_step(wing):
    z, pressure = standardize(AGE)[0], standardize(SBP)[0]
    path = wing.linear_regression.fit_quadratic(
        z, pressure, start=(0.0, 0.0, 0.0), learning_rate=0.1, steps=3
    )
    point, powers = np.zeros(3), np.stack([z**2, z, np.ones_like(z)])
    for found in path:
        np.testing.assert_allclose(found[:3], point, atol=1e-12)
        point = point - 0.1 * 2 * np.mean((point @ powers - pressure) * powers, axis=1)


def test_sheets_are_uncrumpled_alike():
    points, labels = make_crumpled_sheets(20)
    models = [w.geometry.uncrumple(points, labels, (4,), epochs=1) for w in (KERAS, SCRATCH)]
    assert largest_difference(*(model.get_weights() for model in models)) < 1e-5
    views = SCRATCH.geometry.layer_views(models[1], points)
    W, b, *_ = models[1].get_weights()
    np.testing.assert_allclose(views[0], np.maximum(points @ W + b, 0), atol=1e-6)


def test_a_training_of_threes_and_sevens_is_equal_step_by_step(offline_data):
    pair = load_threes_and_sevens(offline_data)
    x, y = pair.x_train[:60].reshape(60, -1) / 255, pair.y_train[:60, None].astype("float64")
    losses = []
    for wing in (KERAS, SCRATCH):
        model = wing.logistic_regression.build_logistic_regression(784, l2=1e-3, dtype="float64")
        how = {"epochs": 2, "batch_size": 20, "optimizer": "adam", "verbose": 0}
        losses.append(wing.training.fit(model, x, y, loss="binary_crossentropy", **how).loss)
    assert largest_difference(*losses) <= 1e-10
    assert losses[0][1] < losses[0][0]


def test_the_logits_of_blood_tests_are_those_of_the_formula(wing):
    x, ill = make_blood_tests(400, seed=0)
    model = wing.logistic_regression.build_logistic_regression(num_features=3, dtype="float64")
    model.set_weights([np.array([[1.2], [-0.8], [1.0]]), np.zeros(1)])
    found = wing.training.evaluate(model, standardize(x)[0], ill[:, None].astype("float64"))
    assert found["accuracy"] > 0.7


@pytest.mark.parametrize("activation", ["tanh", "gelu"])
def test_a_network_of_another_width_and_activation_trains_alike(activation, rng):
    x, y = rng.normal(size=(12, 5)), rng.integers(0, 3, 12)
    weights = []
    for wing in (SCRATCH, KERAS):
        dense = wing.layers.NaiveDense if wing is SCRATCH else wing.layers.Dense
        sizes = ((5, 7), (7, 3)) if wing is SCRATCH else ((7,), (3,))
        hidden = dense(*sizes[0], activation, dtype="float64")
        last = dense(*sizes[1], "softmax", dtype="float64")
        make = wing.models.NaiveSequential if wing is SCRATCH else wing.models.Sequential
        first = [] if wing is SCRATCH else [keras.Input((5,), dtype="float64")]
        model = make([*first, hidden, last])
        random = np.random.default_rng(1)
        model.set_weights([random.normal(size=w.shape) for w in model.get_weights()])
        wing.training.fit(model, x, y, epochs=1, batch_size=6, verbose=0)
        weights.append(model.get_weights())
    assert largest_difference(*weights) <= 1e-10


def test_the_gradient_vanishes_on_its_way_through_many_layers(wing, rng):
    """Through twenty layers of relu: He's weights keep the size of what Glorot's halve."""
    x, y = rng.normal(size=(20, 8)), rng.integers(0, 2, 20)
    first = []
    for initializer in ("glorot_uniform", "he_uniform"):
        options = {"kernel_initializer": initializer, "dtype": "float64"}
        model = wing.mlp.build_mlp((8,) * 20, 8, 2, **options)
        kernel = model.trainable_weights[0]

        def loss(model=model):
            return tf.reduce_sum(wing.losses.sparse_categorical_crossentropy(y, model(x)))

        [gradient] = wing.gradients.tape_gradients(loss, [kernel])
        first.append(np.abs(np.asarray(gradient)).mean())
    assert 0 < first[0] < first[1] / 100


def test_the_last_samples_are_held_out_for_validation(wing):
    x, y = AGE[:10, None] / 50, SBP[:10, None] / 100
    model = wing.linear_regression.build_linear_regression(dtype="float64")
    how = {"epochs": 1, "loss": "mean_squared_error", "optimizer": "sgd", "verbose": 0}
    history = wing.training.fit(model, x, y, validation_split=0.2, **how)
    W, b = model.get_weights()
    assert history.val_loss == pytest.approx([np.mean((x[8:] @ W + b - y[8:]) ** 2)])


def test_optimizer_loss_metrics_and_one_hot_labels_mean_the_same_in_both(rng):
    x, y = rng.normal(size=(12, 5)), rng.integers(0, 3, 12)
    found, weights = [], []
    for wing in (SCRATCH, KERAS):
        for labels, kind in ((y, "sparse_categorical"), (np.eye(3)[y], "categorical")):
            model = wing.softmax_regression.build_softmax_regression(5, 3, dtype="float64")
            how = {"optimizer": "adagrad", "loss": f"{kind}_crossentropy", "verbose": 0}
            how |= {"epochs": 1, "batch_size": 6}
            if labels is not y:
                how["metrics"] = ["mean_squared_error"]
            history = wing.training.fit(model, x, labels, **how).history
            weights.append(model.get_weights())
            found += [history["mean_squared_error"]] if labels is not y else []
    np.testing.assert_allclose(found[0], found[1], atol=1e-10)
    assert max(largest_difference(weights[0], other) for other in weights[1:]) <= 1e-10


@pytest.mark.parametrize("batch_size", [1, 8])
def test_batches_and_single_samples_walk_the_same_path(batch_size):
    options = {"slope": 0.0, "intercept": 139.0, "learning_rate": 1e-4, "steps": 6}
    paths = [
        wing.linear_regression.fit_line(AGE, SBP, **options, batch_size=batch_size).path
        for wing in (KERAS, SCRATCH)
    ]
    assert largest_difference(*paths) <= 1e-8
    assert len(paths[0]) == 7


def test_the_minimum_with_l2_solves_its_equations(wing, rng):
    x = rng.normal(size=(40, 3))
    x -= x.mean(axis=0)
    y = x @ [[1.0], [-0.5], [2.0]] + 0.7
    W, b = wing.linear_regression.solve_linear_regression(x, y, 0.5)
    expected = np.linalg.solve(x.T @ x / 40 + 0.5 * np.eye(3), x.T @ y / 40)
    np.testing.assert_allclose(W, expected, atol=1e-10)
    np.testing.assert_allclose(b, y.mean(), atol=1e-10)
