"""L-BFGS and conjugate gradients: both wings reach the one minimum of a convex loss."""

import numpy as np
import pytest
from support.arrays import largest_difference
from support.thorough import THOROUGH
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import load_blood_pressure
from kerasfoundations.from_scratch.minimizers import (
    conjugate_direction,
    lbfgs_direction,
    line_search,
)

METHODS = ("lbfgs", "cg")
AGE, SBP = load_blood_pressure()


def line(wing, slope=0.0, intercept=139.0, **options):
    """The model of a line, at the start of the canyon."""
    model = wing.linear_regression.build_linear_regression(dtype="float64", **options)
    model.set_weights([np.array([[slope]]), np.array([intercept])])
    return model


def blobs(rng, num_samples=150):
    """Three overlapping classes in four dimensions."""
    y = rng.integers(0, 3, num_samples)
    return rng.normal(size=(num_samples, 4)) + 0.8 * np.eye(4)[y], y


@pytest.mark.parametrize("method", METHODS)
def test_the_line_is_that_of_the_closed_form(method, wing):
    """An error of the weights is at most the gradient, 1e-6, by the least curvature, 0.18."""
    model = line(wing)
    found = wing.minimizers.minimize(
        model, AGE[:, None], SBP[:, None], method=method, loss="mean_squared_error"
    )
    slope, intercept = wing.linear_regression.solve_line(AGE, SBP)
    assert found.converged
    assert found.gradient_norm <= 1e-6
    assert largest_difference(model.get_weights(), [[[slope]], [intercept]]) <= 1e-5
    assert found.losses[0] == pytest.approx(np.mean((139.0 - SBP) ** 2), rel=1e-12)
    assert found.loss == pytest.approx(np.mean((slope * AGE + intercept - SBP) ** 2), rel=1e-12)
    assert 2 <= found.steps <= 20  # gradient descent takes 80,000


@pytest.mark.parametrize("method", METHODS)
def test_with_a_penalty_it_is_that_of_the_ridge(method, wing, rng):
    """Every curvature is above 0.1, so that the weights are within 2e-7 / 0.1 of the minimum's."""
    x = rng.normal(size=(40, 3)) * [1.0, 2.0, 0.5]
    y = x @ [[1.0], [-2.0], [0.5]] + 3 + rng.normal(size=(40, 1))
    model = wing.linear_regression.build_linear_regression(3, l2=0.3, dtype="float64")
    options = {"method": method, "loss": "mse", "tolerance": 1e-7}
    assert wing.minimizers.minimize(model, x, y, **options).converged
    expected = wing.linear_regression.solve_linear_regression(x, y, l2=0.3)
    assert largest_difference(model.get_weights(), expected) <= 2e-6


@THOROUGH
def test_softmax_regression_has_one_minimum_and_all_four_ways_end_there(rng):
    """With an L2 penalty the loss is convex, curved by 0.02 or more in every weight of the kernel.

    15 parts of the gradient of at most 1e-7, 4e-7 together, leave an error of at most 4e-7 / 0.02
    and a loss that is too high by (4e-7)² / (2·0.02). Biases are not penalized; the classes
    overlap, which curves the loss more than the penalty does.
    """
    x, y = blobs(rng)
    weights, losses = [], []
    for wing in (KERAS, SCRATCH):
        for method in METHODS:
            model = wing.softmax_regression.build_softmax_regression(4, 3, l2=0.01, dtype="float64")
            found = wing.minimizers.minimize(model, x, y, method=method, tolerance=1e-7)
            assert found.converged, (wing.name, method)
            weights.append(model.get_weights())
            losses.append(found.loss)
    assert max(losses) - min(losses) <= 4e-12
    for other in weights[1:]:
        assert largest_difference(weights[0], other) <= 2e-5


def test_the_minimum_is_that_of_scikit_learn(wing, rng):
    """It minimizes `C·sum(losses) + sum(W²)/2`: the same for `C = 1 / (2·l2·n)`."""
    from sklearn.linear_model import LogisticRegression

    x, y = blobs(rng)
    model = wing.softmax_regression.build_softmax_regression(4, 3, l2=0.01, dtype="float64")
    wing.minimizers.minimize(model, x, y, tolerance=1e-8)
    theirs = LogisticRegression(C=1 / (2 * 0.01 * len(x)), tol=1e-10, max_iter=1000).fit(x, y)
    assert largest_difference(wing.training.predict(model, x), theirs.predict_proba(x)) <= 1e-6


@THOROUGH
@pytest.mark.parametrize("method", METHODS)
def test_the_model_is_left_at_the_end_and_measured_by_the_loss(method, wing, rng):
    x, y = blobs(rng)
    model = wing.softmax_regression.build_softmax_regression(4, 3, dtype="float64")
    found = wing.minimizers.minimize(model, x, y, method=method, max_steps=3)
    assert not found.converged
    assert found.gradient_norm > 1e-6
    assert (found.steps, len(found.losses)) == (3, 4)
    assert found.evaluations >= 4
    assert np.all(np.diff(found.losses) < 0)
    assert wing.training.evaluate(model, x, y)["loss"] == pytest.approx(found.loss, rel=1e-12)


def test_both_wings_start_from_the_same_loss_penalties_included(rng):
    x, y = blobs(rng)
    starts = []
    for wing in (KERAS, SCRATCH):
        model = wing.softmax_regression.build_softmax_regression(4, 3, l2=0.5, dtype="float64")
        found = wing.minimizers.minimize(model, x, y, max_steps=1)
        starts.append(found.losses[0])
    assert starts[0] == pytest.approx(starts[1], rel=1e-13)
    assert starts[0] > 1.5  # the penalty, about 0.7, included


@THOROUGH
def test_dropout_and_batch_normalization_are_minimized_as_they_predict(wing, rng):
    x, y = rng.normal(size=(60, 4, 4, 1)), rng.integers(0, 3, 60)
    model = wing.cnn.build_cnn((4,), (4, 4, 1), 3, dropout=0.5, dtype="float64")
    statistics = model.get_weights()[3:5]
    found = wing.minimizers.minimize(model, x, y, max_steps=15)
    assert found.loss < 0.9 * found.losses[0]
    assert wing.training.evaluate(model, x, y)["loss"] == pytest.approx(found.loss, rel=1e-12)
    assert largest_difference(model.get_weights()[3:5], statistics) == 0


def test_float32_stops_where_it_can(wing, rng):
    x, y = blobs(rng)
    model = wing.softmax_regression.build_softmax_regression(4, 3, l2=0.01)
    found = wing.minimizers.minimize(model, x, y, tolerance=1e-4)
    assert found.converged
    assert model.get_weights()[0].dtype == np.float32


def test_a_start_that_is_not_finite_is_refused(wing):
    model = line(wing, slope=1e200)
    with pytest.raises(ValueError, match="the loss at the start is inf, expected a finite number"):
        wing.minimizers.minimize(model, AGE[:, None], SBP[:, None], loss="mse")


def quadratic(rng, size):
    """A positive definite matrix, and the function `½·w·A·w` with its gradient."""
    root = rng.normal(size=(size, size))
    matrix = root @ root.T + np.eye(size)
    return matrix, lambda w: (0.5 * float(w @ matrix @ w), matrix @ w)


def test_the_two_loops_are_the_matrix_written_out(rng):
    """`H ← (I - ρsyᵀ)·H·(I - ρysᵀ) + ρssᵀ`, from `γI`; the newest step is met exactly."""
    matrix, _ = quadratic(rng, 5)
    steps = list(rng.normal(size=(3, 5)))
    changes = [matrix @ step for step in steps]
    eye = np.eye(5)
    inverse = eye * (steps[-1] @ changes[-1]) / (changes[-1] @ changes[-1])
    for s, y in zip(steps, changes, strict=True):
        left = eye - np.outer(s, y) / (s @ y)
        inverse = left @ inverse @ left.T + np.outer(s, s) / (s @ y)
    gradient = rng.normal(size=5)
    assert (
        largest_difference(lbfgs_direction(gradient, steps, changes), -inverse @ gradient) < 1e-12
    )
    assert largest_difference(lbfgs_direction(changes[-1], steps, changes), -steps[-1]) < 1e-12
    np.testing.assert_array_equal(lbfgs_direction(gradient, [], []), -gradient)


def test_conjugate_directions_reach_the_bottom_in_as_many_steps_as_there_are_dimensions(rng):
    matrix, function = quadratic(rng, 4)
    point = rng.normal(size=4)
    gradient, directions = function(point)[1], []
    direction = -gradient
    for _ in range(4):
        directions.append(direction)
        point = point - (gradient @ direction) / (direction @ matrix @ direction) * direction
        before, gradient = gradient, function(point)[1]
        direction = conjugate_direction(gradient, before, direction)
    assert np.abs(point).max() < 1e-10
    crossed = np.array(directions) @ matrix @ np.array(directions).T
    assert np.abs(crossed - np.diag(np.diag(crossed))).max() < 1e-9 * crossed[0, 0]


def test_a_direction_that_would_lead_up_is_straight_down_instead():
    gradient, before = np.array([1.0, 0.0]), np.array([0.1, 0.0])
    uphill = conjugate_direction(gradient, before, np.array([1.0, 0.0]))
    np.testing.assert_array_equal(uphill, [-1.0, 0.0])
    np.testing.assert_array_equal(conjugate_direction(gradient, 0 * before, before), [-1.0, 0.0])
    backward = conjugate_direction(before, gradient, np.array([0.0, 1.0]))  # β would be below 0
    np.testing.assert_array_equal(backward, -before)


FUNCTIONS = {
    "a square": lambda w: (float(w @ w), 2 * w),
    "a wall": lambda w: (float(np.sum(w**4)), 4 * w**3),
    "a slow slope": lambda w: (float(np.sum(np.log1p(w**2))), 2 * w / (1 + w**2)),
}


@pytest.mark.parametrize("curvature", [0.9, 0.1])
@pytest.mark.parametrize("length", [1e-6, 1.0, 1e3])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_line_search_keeps_both_of_its_conditions(name, length, curvature):
    function = FUNCTIONS[name]
    point = np.array([2.0, -1.0])
    value, gradient = function(point)
    t = line_search(function, point, -gradient, length, curvature)
    new_value, new_gradient = function(point - t * gradient)
    slope = -gradient @ gradient
    assert new_value <= value + 1e-4 * t * slope
    assert abs(-gradient @ new_gradient) <= curvature * abs(slope)


def test_a_line_search_turns_back_from_where_the_loss_is_not_finite():
    def steep(w):
        return (float("nan"), np.full(1, np.nan)) if w[0] > 1 else (-w[0], np.full(1, -1 + w[0]))

    assert line_search(steep, np.zeros(1), np.ones(1), length=64.0) <= 1


def test_without_a_bottom_there_is_no_length():
    assert line_search(lambda w: (-w[0], -np.ones(1)), np.zeros(1), np.ones(1)) is None


def test_where_rounding_hides_the_decrease_there_is_no_length():
    def cliff(w):
        return 1.0 + float(np.sign(w[0]) * 1e-3), np.full(1, 1.0)

    assert line_search(cliff, np.zeros(1), -np.ones(1), curvature=0.1) is None
