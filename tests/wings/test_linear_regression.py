"""A line through points: closed form, every engine, both wings, divergence, and bad input."""

import importlib
import pickle
import tracemalloc

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.versions import needs_keras
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import (
    load_blood_pressure,
    make_bowl,
    make_roller_coaster,
    standardize,
)
from kerasfoundations.from_scratch.gradients import Value, numerical_gradient
from kerasfoundations.loop import divergence, line_fits

AGE, SBP = load_blood_pressure()
ENGINES = [
    *((SCRATCH, name) for name in ("numpy", "session", "eager", "graph", "xla", "loop")),
    *((KERAS, name) for name in ("eager", "graph", "xla", "loop")),
]
BY_NAME = [f"{wing.name}-{execution}" for wing, execution in ENGINES]
CANYON = {"slope": 0.0, "intercept": 139.0, "learning_rate": 0.0004}


def fit(wing, x, y, **options):
    return wing.linear_regression.fit_line(x, y, **options)


def descent_by_hand(x, y, slope, intercept, learning_rate, steps, train_intercept=True):
    """Gradient descent on all samples, written once more: slope, intercept, loss."""
    path = []
    for _ in range(steps + 1):
        residuals = [slope * a + intercept - b for a, b in zip(x, y, strict=True)]
        path.append((slope, intercept, sum(r * r for r in residuals) / len(x)))
        d_slope = 2 * sum(r * a for r, a in zip(residuals, x, strict=True)) / len(x)
        slope -= learning_rate * d_slope
        if train_intercept:
            intercept -= learning_rate * 2 * sum(residuals) / len(x)
    return np.array(path)


def test_the_data_are_the_published_ones():
    assert len(AGE) == len(SBP) == 33
    assert (AGE.sum(), SBP.sum(), AGE[9], SBP[-1]) == (1522, 4575, 27, 217)
    x, y = make_bowl()
    np.random.seed(42)
    expected = np.random.randn(50)
    np.testing.assert_array_equal(x, expected)
    np.testing.assert_allclose(y, expected + 1 + np.random.randn(50), rtol=0, atol=1e-15)
    time, speed = make_roller_coaster()
    assert time.tolist() == list(range(20))
    noise = speed - (0.75 * (time - 9.5) ** 2 + 1)
    assert 2 < noise.std() < 4
    drawn = [make_roller_coaster(seed)[1] for seed in range(200)]
    average = np.mean(drawn) - np.mean(0.75 * (time - 9.5) ** 2 + 1)
    assert abs(average) < 0.25  # of 4,000 draws; its standard deviation is 0.05
    assert largest_difference(make_roller_coaster(1)[1], speed) > 1
    age, _ = load_blood_pressure()
    age[0] = 1000
    assert load_blood_pressure()[0][0] == 22


def test_the_closed_form_is_the_published_line(wing):
    slope, intercept = wing.linear_regression.solve_line(AGE, SBP)
    assert round(slope, 1) == 1.1
    assert round(intercept, 2) == 87.67
    assert (slope, intercept) == pytest.approx(np.polyfit(AGE, SBP, 1), abs=1e-9)
    gradient = SCRATCH.linear_regression.mse_gradient(AGE, SBP, slope, intercept)
    assert np.abs(gradient).max() < 1e-9


def test_the_gradient_has_four_witnesses():
    """By hand, on a graph of scalars, by the tape and by central differences."""
    by_hand = SCRATCH.linear_regression.mse_gradient(AGE, SBP, 0.5, 100.0)
    slope, intercept = Value(0.5), Value(100.0)
    loss = Value(0.0)
    for x, y in zip(AGE, SBP, strict=True):
        loss = loss + (slope * x + intercept - y) ** 2 / len(AGE)
    loss.backward()

    def mse(point):
        return tf.reduce_mean(tf.square(point[0] * AGE + point[1] - SBP))

    by_tape = SCRATCH.gradients.tape_gradient(mse, np.array([0.5, 100.0]))
    by_differences = numerical_gradient(mse, [0.5, 100.0])
    np.testing.assert_allclose(by_hand, (slope.grad, intercept.grad), rtol=1e-12)
    np.testing.assert_allclose(by_hand, by_tape, rtol=1e-12)
    np.testing.assert_allclose(by_hand, by_differences, rtol=1e-6)
    one = SCRATCH.linear_regression.mse_gradient(58.0, 153.0, 0.0, 139.0)
    assert tuple(map(float, one)) == (-1624.0, -28.0)  # of the one-sample line


@pytest.mark.parametrize(("wing", "execution"), sampled(ENGINES, every=3), ids=BY_NAME)
@pytest.mark.parametrize("train_intercept", sampled([True, False]))
def test_every_engine_walks_the_path_of_gradient_descent(wing, execution, train_intercept):
    options = {"slope": 0.0, "intercept": 87.6, "learning_rate": 0.0003, "steps": 40}
    expected = descent_by_hand(AGE, SBP, **options, train_intercept=train_intercept)
    found = fit(wing, AGE, SBP, **options, train_intercept=train_intercept, execution=execution)
    assert found.path.shape == (41, 3)
    assert largest_difference(found.path, expected) <= 1e-10
    assert (found.slope, found.intercept, found.loss) == tuple(found.path[-1])
    assert found.path.dtype == np.float64


@THOROUGH
@pytest.mark.parametrize("batch_size", sampled([10, 1, 33]))
@pytest.mark.parametrize("standardized", sampled([True, False]))
def test_both_wings_walk_the_same_path_whatever_the_batches(batch_size, standardized):
    """33 samples in batches of 10: the last one of each pass is smaller."""
    x = standardize(AGE)[0] if standardized else AGE
    options = {
        **{"slope": 1.0, "intercept": 90.0, "batch_size": batch_size, "steps": 25, "seed": 3},
        "learning_rate": 0.05 if standardized else 0.0001,
    }
    paths = [
        fit(wing, x, SBP, **options, execution=e).path
        for wing, e in ((SCRATCH, "numpy"), (SCRATCH, "graph"), (SCRATCH, "loop"), (KERAS, "loop"))
    ]
    for path in paths[1:]:
        assert largest_difference(path, paths[0]) <= 1e-10
    whole = fit(SCRATCH, x, SBP, **(options | {"batch_size": None})).path
    assert (largest_difference(paths[0], whole) <= 1e-10) == (batch_size >= 33)
    other = fit(SCRATCH, x, SBP, **(options | {"seed": 4})).path
    assert (largest_difference(paths[0], other) <= 1e-10) == (batch_size >= 33)


@THOROUGH
@pytest.mark.parametrize("batch_size", sampled([10, None]))
def test_the_path_continues_after_a_call_of_a_thousand_steps(batch_size):
    x, y = make_bowl()
    options = {"slope": 3, "intercept": 3, "learning_rate": 0.01, "batch_size": batch_size}
    by_hand, *others = (
        fit(wing, x, y, **options, steps=2100, execution=name).path
        for wing, name in [(SCRATCH, "numpy"), (SCRATCH, "loop"), (KERAS, "loop")]
    )
    for path in others:
        assert largest_difference(path, by_hand) <= 1e-10


def test_single_samples_and_batches_have_an_unbiased_gradient():
    """Averaged over the batches of a pass, weighted by their sizes, it is the gradient on all."""
    plan = line_fits.plan(
        *(AGE, SBP),
        **CANYON,
        **{"steps": 1, "train_intercept": True, "seed": 0, "dtype": "float64", "batch_size": 8},
    )
    gradient = SCRATCH.linear_regression.mse_gradient
    batches = [plan.batch(step) for step in range(5)]
    assert [len(x) for x, _ in batches] == [8, 8, 8, 8, 1]
    weights = [len(x) / 33 for x, _ in batches]
    mean = np.average([gradient(x, y, 0.3, 120.0) for x, y in batches], axis=0, weights=weights)
    np.testing.assert_allclose(mean, gradient(AGE, SBP, 0.3, 120.0), rtol=1e-12)
    seen = np.sort(np.concatenate([x for x, _ in batches]))
    np.testing.assert_array_equal(seen, np.sort(AGE))
    assert [plan.batch(step)[0].tolist() for step in range(5, 10)] != [
        x.tolist() for x, _ in batches
    ]


@pytest.mark.parametrize(
    ("wing", "execution"),
    [
        (SCRATCH, "loop"),
        pytest.param(SCRATCH, "numpy", marks=THOROUGH),
        pytest.param(SCRATCH, "session", marks=THOROUGH),
        pytest.param(KERAS, "loop", marks=THOROUGH),
    ],
    ids=["compiled loop", "by hand", "session", "keras"],
)
def test_80_000_steps_down_the_canyon_reach_the_closed_form(wing, execution):
    """To three digits. The slow engines walk the same path (see above), and the table of
    `compare --model linear` has them all.
    """
    found = fit(wing, AGE, SBP, **CANYON, steps=80_000, execution=execution)
    slope, intercept = wing.linear_regression.solve_line(AGE, SBP)
    assert found.slope == pytest.approx(slope, rel=1e-3)
    assert found.intercept == pytest.approx(intercept, rel=1e-3)
    assert found.path.shape == (80_001, 3)
    assert np.all(np.diff(found.path[:, 2]) < 1e-9)


@THOROUGH
def test_standardized_ages_need_far_fewer_steps(wing):
    z, mean, std = standardize(AGE)
    found = fit(wing, z, SBP, slope=0, intercept=139, learning_rate=0.1, steps=100)
    slope, intercept = wing.linear_regression.solve_line(AGE, SBP)
    assert found.slope / std == pytest.approx(slope, abs=1e-6)
    assert found.intercept - found.slope * mean / std == pytest.approx(intercept, abs=1e-6)


@THOROUGH
def test_one_free_parameter_at_three_learning_rates(wing):
    """0.0001 walks to the minimum in about five steps, 0.0003 crosses it and comes back."""
    options = {"slope": 0.0, "intercept": 87.6, "train_intercept": False}
    lowest = np.mean(AGE * (SBP - 87.6)) / np.mean(AGE**2)
    walks = fit(wing, AGE, SBP, **options, learning_rate=0.0001, steps=5).path[:, 0]
    assert np.all(np.diff(walks) > 0)
    assert abs(walks[-1] - lowest) < 0.05 * lowest
    path = fit(wing, AGE, SBP, **options, learning_rate=0.0003, steps=10).path
    crosses = path[:, 0]
    assert np.all(np.diff(np.sign(crosses[:6] - lowest)) != 0)
    assert crosses[-1] == pytest.approx(lowest, abs=1e-3)
    assert path[:, 1].max() == 87.6


@pytest.mark.parametrize(("wing", "execution"), sampled(ENGINES, every=4), ids=BY_NAME)
def test_a_rate_that_is_too_high_is_reported_with_a_remedy(wing, execution):
    options = {"slope": 0.0, "intercept": 87.6, "train_intercept": False, "steps": 12}
    with pytest.raises(wing.linear_regression.DivergenceError) as caught:
        fit(wing, AGE, SBP, **options, learning_rate=0.00045, execution=execution)
    said = str(caught.value)
    for words in (
        "learning_rate=0.00045",
        "grew from 3278.",
        "to 4245.",
        " at step 1 of 12",
        "overshoots",
    ):
        assert words in said
    assert "lower the learning rate below 0.000417954" in said
    path = caught.value.path
    assert path.shape == (13, 3)
    assert np.isfinite(path).all()
    assert np.all(np.diff(path[:, 2]) > 0)
    first = float(said.split("to ")[-1].split(" first")[0])
    found = fit(wing, AGE, SBP, **options, learning_rate=first, execution=execution)
    assert found.loss < 500


@THOROUGH
def test_divergence_is_reported_however_slow_or_fast(wing):
    features = np.stack([AGE, np.ones_like(AGE)], axis=1)
    limit = 2 / line_fits.curvature(features)
    assert limit == pytest.approx(0.000418, abs=5e-7)
    eigenvalues = np.linalg.eigvalsh(2 * np.array([[np.mean(AGE**2), AGE.mean()], [AGE.mean(), 1]]))
    assert eigenvalues == pytest.approx([0.22, 4787], rel=0.01)
    assert line_fits.curvature(features) == pytest.approx(eigenvalues[1])
    start = {"slope": 0.0, "intercept": 139.0}
    fit(wing, AGE, SBP, **start, learning_rate=0.999 * limit, steps=1000)
    with pytest.raises(ValueError, match=r"below 0\.000417799"):
        fit(wing, AGE, SBP, **start, learning_rate=1.001 * limit, steps=1000)
    with pytest.raises(ValueError, match=r"lower the learning rate.*first\.$") as caught:
        fit(wing, AGE, SBP, **start, learning_rate=1e6, steps=200)
    assert np.isfinite(caught.value.path).all()
    with pytest.raises(ValueError, match=r"lower the learning rate to 0\.0001 first"):
        fit(wing, AGE, SBP, **start, learning_rate=0.001, steps=100, batch_size=1)
    one = {"slope": 0.0, "intercept": 87.6, "train_intercept": False, "learning_rate": 0.00045}
    for batch_size, steps in ((32, 40), (1, 12)):
        with pytest.raises(ValueError, match="diverged"):
            fit(wing, AGE, SBP, **one, batch_size=batch_size, steps=steps)


def finish_through(slopes, batch_size):
    """What both wings make of this path: four samples on a line of slope 1, intercept 0."""
    x = np.tile([-2.0, 2.0], 2)
    start = {"slope": slopes[0], "intercept": 0, "train_intercept": False, "learning_rate": 0.375}
    settings = {"steps": len(slopes) - 1, "batch_size": batch_size, "seed": 0, "dtype": "float64"}
    plan = line_fits.plan(x, x, **start, **settings)
    return line_fits.finish(plan, np.stack([slopes, np.zeros(len(slopes))], axis=1))


def test_with_batches_the_first_step_that_is_too_high_is_named():
    """0.04, 0.16, 0.64, …: ten times the start is too much, and the best line has no loss."""
    words = r"from 0\.04 to 0\.64 at step 2 of 4, .* lower the learning rate to 0\.0375 first"
    with pytest.raises(line_fits.DivergenceError, match=words):
        finish_through([0.9, 1.2, 0.6, 1.8, -0.6], batch_size=2)


def test_the_start_is_not_part_of_the_last_pass():
    """One step of the four of a pass, to sixteen times the loss; their mean is 8.5 times."""
    with pytest.raises(line_fits.DivergenceError, match=r"from 0\.04 to 0\.64 at step 1 of 1,"):
        finish_through([0.9, 1.4], batch_size=1)
    assert finish_through([0.9, 1.2], batch_size=1).loss == pytest.approx(0.16)


def test_a_high_loss_before_the_last_pass_is_not_divergence():
    """A loss of 4 at the second of four steps; the last pass is the third and the fourth."""
    assert finish_through([0.9, 0.9, 2, 0.9, 0.9], batch_size=2).loss == pytest.approx(0.04)


@pytest.mark.parametrize("batch_size", [2, None])
def test_the_loss_that_grew_is_reported_even_if_it_ends_as_nan(batch_size):
    with pytest.raises(
        line_fits.DivergenceError, match=r"grew from 0\.04 to 4e\+60 at step 1 of 2,"
    ):
        finish_through([0.9, 1e30, np.nan], batch_size=batch_size)


def test_a_hundred_squared_tolerances_of_the_start_may_be_rounding():
    """From a loss of 1 down to 0: with a tolerance of 0.1 it may rise to 1 again."""
    features = np.ones((2, 1))
    for loss in (0.995, 1.005):
        path = np.array([[1.0, 1.0], [0.0, 0.0], [loss, loss]])
        if loss < 1:
            assert line_fits.refuse_growth(path, 0.5, features, tolerance=0.1) is path
        else:
            with pytest.raises(line_fits.DivergenceError, match=r"to 1\.005 at step 2 of 2,"):
                line_fits.refuse_growth(path, 0.5, features, tolerance=0.1)


LOGGED = needs_keras("3.14", "a log of an eager fit had to be within float32")


@pytest.mark.parametrize("wing", [pytest.param("keras", marks=LOGGED), "scratch"], indirect=True)
def test_no_step_is_taken_from_a_non_finite_point(wing, monkeypatch):
    taken, batch = [], line_fits.Plan.batch

    def watched(plan, step):
        taken.append(step)
        return batch(plan, step)

    monkeypatch.setattr(line_fits.Plan, "batch", watched)
    steep = CANYON | {"learning_rate": 1e30}
    with pytest.raises(wing.linear_regression.DivergenceError):
        fit(wing, AGE, SBP, **steep, steps=500, execution="eager")
    assert len(taken) < 50


@THOROUGH
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_fit_that_converges_is_not_called_divergent(dtype):
    """Starting in the minimum, perfect data, one sample, huge units, noise of single samples."""
    x, y = make_bowl()
    slope, intercept = SCRATCH.linear_regression.solve_line(x, y)
    options = {"steps": 500, "dtype": dtype}
    fit(SCRATCH, x, y, slope=slope, intercept=intercept, learning_rate=0.5, **options)
    perfect = fit(SCRATCH, x, 2 * x + 1, slope=0, intercept=0, learning_rate=0.5, **options)
    assert perfect.loss < 1e-9
    fit(SCRATCH, [3.0], [5.0], slope=0, intercept=0, learning_rate=0.05, **options)
    fit(SCRATCH, x, y * 1e6, slope=0, intercept=0, learning_rate=0.5, **options)
    for seed in range(5):
        fit(
            SCRATCH,
            x,
            y,
            slope=3,
            intercept=3,
            learning_rate=0.1,
            batch_size=1,
            seed=seed,
            **options,
        )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rounding_at_a_loss_of_0_is_not_growth(dtype):
    """Samples exactly on a line: the loss ends at 1e-31 and fluctuates there."""
    for seed in range(6):
        generator = np.random.default_rng(seed)
        x = generator.normal(size=20) + generator.normal()
        steepest = line_fits.curvature(np.stack([x, np.ones_like(x)], axis=1))
        rate = generator.uniform(0.2, 0.9) * 2 / steepest
        for y in (2 * x + 1, 0.3 * x - 0.7, 0 * x + 5):
            options = {"slope": 0, "intercept": 0, "learning_rate": rate, "steps": 3000}
            fit(SCRATCH, x, y, **options, dtype=dtype)


def test_a_rate_just_above_the_limit_is_reported():
    limit = 2 / line_fits.curvature(np.stack([AGE, np.ones_like(AGE)], axis=1))
    start = {"slope": 0.0, "intercept": 139.0, "steps": 20_000}
    fit(SCRATCH, AGE, SBP, **start, learning_rate=limit * (1 - 1e-4))
    with pytest.raises(ValueError, match="lower the learning rate"):
        fit(SCRATCH, AGE, SBP, **start, learning_rate=limit * (1 + 1e-4))


@THOROUGH
def test_float32_is_float32_all_the_way(wing):
    x, y = make_bowl()
    options = {"slope": 3, "intercept": 3, "learning_rate": 0.1, "steps": 20}
    single, double = (fit(wing, x, y, **options, dtype=d).path for d in (np.float32, "float64"))
    np.testing.assert_array_equal(single[:, :2], single[:, :2].astype("float32"))
    assert 0 < largest_difference(single, double) < 1e-5
    losses = [np.mean((s * x + i - y) ** 2) for s, i in single[:, :2]]
    np.testing.assert_allclose(single[:, 2], losses, rtol=1e-6)


@THOROUGH
def test_each_execution_runs_as_its_name_says(monkeypatch):
    """From scratch by the traces of tf.function, with Keras by the arguments of compile."""
    compiled, functions = [], []
    make, compile_ = tf.function, keras.Sequential.compile

    def function(*arguments, **options):
        functions.append(options.get("jit_compile"))
        return make(*arguments, **options)

    def recorded(self, *arguments, **options):
        compiled.append(options)
        return compile_(self, *arguments, **options)

    monkeypatch.setattr(tf, "function", function)
    monkeypatch.setattr(keras.Sequential, "compile", recorded)
    options = {"slope": 0, "intercept": 0, "learning_rate": 0.1, "steps": 2}
    for execution, expected in (("eager", []), ("graph", [False]), ("xla", [True])):
        functions.clear()
        fit(SCRATCH, [0.0, 1.0], [1.0, 2.0], **options, execution=execution)
        assert functions == expected
    monkeypatch.setattr(tf, "function", make)
    for execution in ("eager", "graph", "xla", "loop"):
        fit(KERAS, [0.0, 1.0], [1.0, 2.0], **options, execution=execution)
    settings = [(c["run_eagerly"], c["jit_compile"], c["steps_per_execution"]) for c in compiled]
    assert settings == [
        *((True, False, 1), (False, False, 1)),
        *((False, True, 1), (False, True, 1000)),
    ]


@pytest.mark.parametrize(
    ("x", "slope", "intercept"),
    [
        (np.array([1e9, 1e9 + 1, 1e9 + 2]), 2.0, -1999999999.0),
        (np.array([1e6, 1e6 + 1, 1e6 + 2]), 2.0, -1999999.0),
        (np.array([1e-20, 2e-20, 3e-20]), 2e20, -1.0),
        (np.array([1e17, 2e17, 3e17]), 2e-17, -1.0),
        (np.array([1e200, 2e200, 3e200]), 2e-200, -1.0),
    ],
)
def test_the_closed_form_holds_for_x_of_any_size(wing, x, slope, intercept):
    y = np.array([1.0, 3.0, 5.0])
    found = wing.linear_regression.solve_line(x, y)
    assert found == pytest.approx((slope, intercept), rel=1e-6)
    W, b = wing.linear_regression.solve_linear_regression(x[:, None], y[:, None])
    assert (W[0, 0], b[0]) == pytest.approx((slope, intercept), rel=1e-6)


@THOROUGH
def test_samples_that_overflow_are_refused(wing):
    module = wing.linear_regression
    options = {"slope": 0, "intercept": 0, "learning_rate": 0.1, "steps": 3}
    with pytest.raises(ValueError, match="beyond what a float64 holds"):
        module.solve_line([1e-320, 2e-320], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"x is too large for float32.*use float64"):
        module.fit_line([1e39, 2e39], [1.0, 2.0], **options, dtype="float32")
    with pytest.raises(ValueError, match="y is too large for float64"):
        module.fit_line([1.0, 2.0], [1e160, 1.0], **options)
    tiny = options | {"learning_rate": 1e-46}
    with pytest.raises(ValueError, match="learning_rate must be held by float32"):
        module.fit_line([1.0, 2.0], [1.0, 2.0], **tiny, dtype="float32")
    with pytest.raises(ValueError, match="the loss at the start is inf"):
        module.fit_line([1.0, 2.0], [1.0, 2.0], **(options | {"slope": 1e200}))
    with pytest.raises(
        ValueError, match=r"inputs must be finite numbers, received 1 of 2 .* at \[0, 0\]"
    ):
        module.solve_linear_regression([[np.nan], [1.0]], [[1.0], [2.0]])


@THOROUGH
def test_a_quadratic_that_diverges_is_reported(wing):
    time, speed = make_roller_coaster()
    options = {"start": (0.0, 0.0, 0.0), "steps": 1500}
    with pytest.raises(wing.linear_regression.DivergenceError, match=r"below 3\.5.*e-05") as caught:
        wing.linear_regression.fit_quadratic(time, speed, **options, learning_rate=0.1)
    assert np.isfinite(caught.value.path).all()
    with pytest.raises(ValueError, match="start must be finite numbers"):
        wing.linear_regression.fit_quadratic(
            time, speed, start=(np.nan, 0, 0), learning_rate=0.1, steps=2
        )


def test_a_divergence_error_passes_between_processes():
    error = SCRATCH.linear_regression.DivergenceError("too fast", np.ones((2, 3)))
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == "too fast"
    assert isinstance(again, divergence.DivergenceError)  # as every training run raises it
    np.testing.assert_array_equal(again.path, error.path)


def test_the_gradient_by_hand_refuses_to_broadcast():
    with pytest.raises(ValueError, match=r"as many x as y.*\(33,\) and \(33, 1\)"):
        SCRATCH.linear_regression.mse_gradient(AGE, SBP[:, None], 0.0, 0.0)


def test_many_samples_take_bounded_memory():
    points, x = np.zeros((50, 2)), np.ones(100_000)
    tracemalloc.start()
    found = line_fits.losses(points, x, x)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.tolist() == [1.0] * 50
    assert peak < 40e6  # all at once would be 50 · 100,000 · 8 bytes, several times


def test_a_grid_of_losses_has_a_row_for_each_intercept():
    slopes, intercepts = np.array([0.5, 1.1]), np.array([80.0, 87.0, 139.0])
    grid = line_fits.loss_grid(slopes, intercepts, AGE, SBP)
    assert grid.shape == (3, 2)
    for row, column in np.ndindex(grid.shape):
        residuals = slopes[column] * AGE + intercepts[row] - SBP
        assert grid[row, column] == pytest.approx(np.mean(residuals**2), rel=1e-12)


def test_one_year_more_by_one_from_100_is_131_at_31(wing):
    model = wing.linear_regression.build_linear_regression()
    model.set_weights([np.array([[1.0]]), np.array([100.0])])
    assert wing.training.predict(model, np.array([[31.0]])).tolist() == [[131.0]]
    pressures = AGE + 100
    assert wing.linear_regression.solve_line(AGE, pressures) == pytest.approx((1, 100))


@THOROUGH
def test_penalties_are_exact_in_float64(wing):
    """Keras rounds a Python float to float32 on its way; the builders pass a NumPy number."""
    l2 = 1 / 3
    z, _, _ = standardize(AGE[:, None])
    model = wing.linear_regression.build_linear_regression(l2=l2, dtype="float64")
    wing.training.fit(
        *(model, z, SBP[:, None]),
        **{"epochs": 30, "batch_size": 33, "loss": "mean_squared_error", "verbose": 0},
        **{"optimizer": "sgd", "learning_rate": 0.45 / (1 + l2), "shuffle": False},
    )
    expected = wing.linear_regression.solve_linear_regression(z, SBP[:, None], l2)
    assert largest_difference(model.get_weights(), expected) < 1e-9


def test_the_compiled_loop_is_traced_once_for_fits_of_one_size():
    loop = importlib.import_module(f"{SCRATCH.linear_regression.__name__}.engines").compiled_loop
    x, y = make_bowl()
    fit(SCRATCH, x, y, slope=3, intercept=3, learning_rate=0.1, steps=21)
    traces = loop.experimental_get_tracing_count()
    for rate in (0.05, 0.2):
        fit(SCRATCH, 2 * x, y, slope=rate, intercept=0, learning_rate=rate, steps=21)
    assert loop.experimental_get_tracing_count() == traces


def test_the_bowl(wing):
    x, y = make_bowl()
    found = fit(wing, x, y, slope=3, intercept=3, learning_rate=0.1, steps=20)
    slope, intercept = wing.linear_regression.solve_line(x, y)
    assert found.path[0, :2].tolist() == [3, 3]
    assert np.hypot(found.slope - slope, found.intercept - intercept) < 0.15  # from 2.7 away


@THOROUGH
def test_the_roller_coaster_is_fitted_by_a_parabola():
    time, speed = make_roller_coaster()
    z, mean, std = standardize(time)
    options = {"start": (0.0, 0.0, 0.0), "learning_rate": 0.1, "steps": 400}
    paths = [wing.linear_regression.fit_quadratic(z, speed, **options) for wing in (KERAS, SCRATCH)]
    assert paths[0].shape == (401, 4)
    assert largest_difference(*paths) <= 1e-10
    assert np.all(np.diff(paths[1][:, 3]) <= 1e-12)
    np.testing.assert_allclose(paths[1][-1, :3], np.polyfit(z, speed, 2), atol=1e-6)
    a, b, _ = paths[1][-1, :3]
    assert a / std**2 == pytest.approx(0.75, abs=0.1)
    assert mean - b * std / (2 * a) == pytest.approx(9.5, abs=0.5)  # the top of the hill


@THOROUGH
@pytest.mark.parametrize("l2", sampled([0.5, 0.0]))
def test_l2_regularized_regression_agrees_with_its_closed_form(wing, l2, rng):
    x = rng.normal(size=(60, 3)) * [1, 2, 0.5] + [0, 3, -1]
    y = x @ [[1.0], [-0.5], [2.0]] + 0.7 + rng.normal(size=(60, 1))
    z, _, _ = standardize(x)
    expected = wing.linear_regression.solve_linear_regression(z, y, l2)
    left = z.T @ z / 60 + l2 * np.eye(3)
    np.testing.assert_allclose(expected[0], np.linalg.solve(left, z.T @ (y - y.mean()) / 60))
    np.testing.assert_allclose(expected[1], y.mean(), atol=1e-12)
    model = wing.linear_regression.build_linear_regression(3, l2=l2, dtype="float64")
    wing.training.fit(
        *(model, z, y),
        **{"epochs": 30, "batch_size": 60, "loss": "mean_squared_error", "verbose": 0},
        **{"optimizer": "sgd", "learning_rate": 0.45 / (1 + l2), "shuffle": False},
    )
    assert largest_difference(model.get_weights(), expected) < 1e-8


def test_closed_forms_agree_and_centre_the_data(rng):
    x, y = rng.normal(size=(40, 5)) + 100, rng.normal(size=(40, 1)) - 1000
    for l2 in (0.0, 1.0):
        both = [w.linear_regression.solve_linear_regression(x, y, l2) for w in (KERAS, SCRATCH)]
        assert largest_difference(*both) < 1e-8
    one = SCRATCH.linear_regression.solve_linear_regression(AGE[:, None], SBP[:, None])
    slope, intercept = SCRATCH.linear_regression.solve_line(AGE, SBP)
    assert (one[0][0, 0], one[1][0]) == pytest.approx((slope, intercept))


def test_features_of_any_size_count_alike(wing, rng):
    x, size = rng.normal([3, 5], size=(30, 2)), np.array([1e-12, 1e12])
    found = wing.linear_regression.solve_linear_regression(x * size, x @ [[1.0], [2.0]] + 4)
    np.testing.assert_allclose(found[0][:, 0] * size, [1, 2])
    np.testing.assert_allclose(found[1], [4])


@THOROUGH
def test_a_linear_model_has_no_accuracy(wing):
    z, _, _ = standardize(AGE)
    model = wing.linear_regression.build_linear_regression(dtype="float64")
    history = wing.training.fit(
        *(model, z[:, None], SBP[:, None]),
        **{"epochs": 12, "batch_size": 33, "loss": "mean_squared_error", "verbose": 0},
        **{"optimizer": "sgd", "learning_rate": 0.4, "validation_data": (z[:, None], SBP[:, None])},
    )
    assert history.accuracy == history.val_accuracy == []
    assert len(history.loss) == len(history.val_loss) == 12
    measured = wing.training.evaluate(model, z[:, None], SBP[:, None])
    assert list(measured) == ["loss"]
    slope, intercept = wing.linear_regression.solve_line(AGE, SBP)
    smallest = np.mean((slope * AGE + intercept - SBP) ** 2)
    assert measured["loss"] == pytest.approx(smallest, rel=1e-6)


def test_the_same_seed_gives_both_wings_the_same_weights(dtype):
    for seed in (0, 7):
        made = [
            wing.linear_regression.build_linear_regression(4, seed=seed, dtype=dtype)
            for wing in (KERAS, SCRATCH)
        ]
        assert largest_difference(*(model.get_weights() for model in made)) == 0
        assert made[1].dtype == dtype
    assert [w.shape for w in made[0].get_weights()] == [(4, 1), (1,)]


GOOD = {"slope": 0, "intercept": 0, "learning_rate": 0.1, "steps": 3}
BAD = [
    (([1.0, 2.0], [1.0]), {}, "received 2 inputs but 1 labels"),
    (([], []), {}, "received 0 samples"),
    (
        ([[1.0]], [1.0]),
        {},
        r"x must be numbers of shape \(n,\), received float64 of shape \(1, 1\)",
    ),
    (([1.0], [[1.0]]), {}, "y must be numbers"),
    ((["a"], [1.0]), {}, "x must be numbers"),
    (([1.0, np.nan], [1.0, 2.0]), {}, r"x must be finite, received x\[1\] = nan"),
    (([1.0, 2.0], [np.inf, 2.0]), {}, r"y must be finite, received y\[0\] = inf"),
    (([1.0, 2.0], [1.0, 2.0]), {"slope": "steep"}, "slope must be a finite number"),
    (([1.0, 2.0], [1.0, 2.0]), {"intercept": np.nan}, "intercept must be a finite number"),
    (([1.0, 2.0], [1.0, 2.0]), {"learning_rate": 0}, "learning_rate must be a finite number above"),
    (([1.0, 2.0], [1.0, 2.0]), {"steps": 0}, "steps must be a whole number of 1 or more"),
    (([1.0, 2.0], [1.0, 2.0]), {"batch_size": 0}, "batch_size must be a whole number of 1 or more"),
    (([1.0, 2.0], [1.0, 2.0]), {"seed": -1}, "seed must be a whole number of 0 or more"),
    (([1.0, 2.0], [1.0, 2.0]), {"dtype": "float16"}, "unknown dtype 'float16'"),
    (
        ([1.0, 2.0], [1.0, 2.0]),
        {"execution": "lop"},
        "unknown execution 'lop'.*did you mean 'loop'",
    ),
]


@pytest.mark.parametrize(("samples", "options", "words"), BAD)
def test_bad_input_is_refused_in_the_same_words(wing, samples, options, words):
    with pytest.raises(ValueError, match=words):
        fit(wing, *samples, **(GOOD | options))
    if not options:
        with pytest.raises(ValueError, match=words):
            wing.linear_regression.solve_line(*samples)


def test_what_has_no_closed_form_is_refused(wing):
    module = wing.linear_regression
    with pytest.raises(ValueError, match="a line takes two different x, received 3 times 2"):
        module.solve_line([2, 2, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="a line takes two different x, received 1 times 3"):
        module.solve_line([3], [1])
    with pytest.raises(ValueError, match=r"\(n, d\) and targets \(n, 1\).*y\[:, None\]"):
        module.solve_linear_regression([[1.0], [2.0]], [1.0, 2.0])
    with pytest.raises(ValueError, match="l2 must be a finite number of 0 or more"):
        module.solve_linear_regression([[1.0], [2.0]], [[1.0], [2.0]], l2=-1)
    with pytest.raises(ValueError, match=r"start must have shape \(3,\)"):
        module.fit_quadratic([1.0, 2.0], [1.0, 2.0], start=(0, 0), learning_rate=0.1, steps=2)
    with pytest.raises(ValueError, match="num_features must be a whole number of 1 or more"):
        module.build_linear_regression(0)


def test_standardize_prepares_each_feature_and_refuses_a_constant_one(rng):
    x = rng.normal(size=(50, 3)) * [1, 10, 100] + 5
    z, mean, std = standardize(x)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(z.std(axis=0), 1)
    np.testing.assert_allclose(z * std + mean, x)
    with pytest.raises(ValueError, match=r"received features \[1\] that are the same"):
        standardize(np.array([[1.0, 2.0], [2.0, 2.0]]))
    with pytest.raises(ValueError, match=r"received shape \(0,\)"):
        standardize(np.array([]))
    with pytest.raises(ValueError, match=r"received features \[0\] that are the same"):
        standardize(np.array([0.1] * 3))  # whose mean is not 0.1 exactly
    with pytest.raises(
        ValueError, match=r"received 1 of 2 that are NaN or infinite, the first at \[1\]"
    ):
        standardize(np.array([0.1, np.nan]))


@THOROUGH
def test_descend_walks_the_same_path_with_every_optimizer():
    """The optimizers of both wings on one function: points and values."""
    with KERAS.evaluation.precision("float64"):
        for name, options in [
            ("SGD", {"learning_rate": 0.1}),
            ("SGD", {"learning_rate": 0.02, "momentum": 0.9, "nesterov": True}),
            ("Adagrad", {"learning_rate": 0.5}),
            ("RMSprop", {"learning_rate": 0.1}),
            ("Adam", {"learning_rate": 0.3}),
        ]:
            paths = []
            for wing, ops in ((KERAS, keras.ops), (SCRATCH, tf)):
                made = getattr(wing.optimizers, name)(**options)
                square = ops.square
                paths.append(
                    wing.gradients.descend(
                        lambda p, square=square: square(p[0] - 1) + 3 * square(p[1]),
                        [4.0, -2.0],
                        made,
                        steps=30,
                    )
                )
            assert largest_difference(*paths) <= 1e-10
            assert paths[0].shape == (31, 3)
            assert paths[0][0].tolist() == [4.0, -2.0, 21.0]
            np.testing.assert_allclose(
                paths[0][:, 2], (paths[0][:, 0] - 1) ** 2 + 3 * paths[0][:, 1] ** 2, atol=1e-12
            )
            assert paths[0][-1, 2] < 3


def test_descend_refuses_invalid_arguments(wing):
    ops = keras.ops if wing is KERAS else tf
    descend, make = wing.gradients.descend, wing.optimizers.SGD
    with pytest.raises(ValueError, match=r"must give one number, received shape \(2,\)"):
        descend(lambda p: p * 2, [1.0, 2.0], make(), 3)
    with pytest.raises(ValueError, match="does not depend on"):
        descend(lambda p: ops.zeros(()), [1.0], make(), 3)
    with pytest.raises(ValueError, match=r"finite numbers of shape \(d,\)"):
        descend(lambda p: ops.square(p[0]), [[1.0]], make(), 3)
    with pytest.raises(ValueError, match="steps must be a whole number"):
        descend(lambda p: ops.square(p[0]), [1.0], make(), 0)
    with pytest.raises(
        ValueError, match=r"the line is not finite after step \d+ of 300, .* lower the"
    ):
        descend(lambda p: ops.square(p[0]), [1.0], make(100.0), 300)
    with pytest.raises(ValueError, match="unknown optimizer 'sdg'"):
        descend(lambda p: ops.square(p[0]), [1.0], "sdg", 3)
    assert descend(lambda p: ops.square(p[0]), [1.0], "sgd", 3).shape == (4, 2)
