"""When a training run ends early: the time is up, the accuracy gets worse, the gradient is flat."""

import importlib

import numpy as np
import pytest
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import load_blood_pressure, standardize
from kerasfoundations.from_scratch.linear_regression import mse_gradient
from kerasfoundations.loop import shared_callbacks


def noisy(rng):
    """Training and validation data whose labels are mostly chance: a network overfits."""
    x = rng.normal(size=(60, 6))
    y = (x[:, 0] + 2 * rng.normal(size=60) > 0).astype("int64")
    return (x[:30], y[:30]), (x[30:], y[30:])


def network(wing):
    return wing.mlp.build_mlp((16,), 6, 2, seed=1, dtype="float64")


class Ticks:
    """A clock that shows one second more for each epoch that ended."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def limited(wing, clock, limit, **options):
    """A training run of ten epochs with a limit; an epoch takes a second of that clock."""

    class Tick(wing.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            clock.now += 1.0

    x, y = np.eye(6), np.array([0, 1] * 3)
    options = {"epochs": 10, "batch_size": 2, "verbose": 0} | options
    history = wing.training.fit(network(wing), x, y, callbacks=[Tick(), limit], **options)
    return len(history), limit.stopped_epoch


@THOROUGH
@pytest.mark.parametrize("execution", sampled(["epoch", "graph"]))
def test_a_training_ends_with_the_epoch_in_which_its_time_is_up(wing, execution, monkeypatch):
    clock = Ticks()
    monkeypatch.setattr(shared_callbacks, "clock", clock)
    limit = wing.callbacks.TimeLimit(2.5)
    assert limited(wing, clock, limit, execution=execution) == (3, 2)
    assert limited(wing, clock, limit, execution=execution) == (3, 2)  # the clock starts anew


def test_a_training_that_is_quicker_takes_all_epochs(scratch_wing, monkeypatch):
    clock = Ticks()
    monkeypatch.setattr(shared_callbacks, "clock", clock)
    assert limited(scratch_wing, clock, scratch_wing.callbacks.TimeLimit(10.5)) == (10, None)
    assert limited(scratch_wing, clock, scratch_wing.callbacks.TimeLimit(10)) == (10, 9)
    assert limited(scratch_wing, clock, scratch_wing.callbacks.TimeLimit(0.5)) == (1, 0)


def test_a_learner_ends_when_its_time_is_up(wing, rng, monkeypatch):
    clock = Ticks()
    monkeypatch.setattr(shared_callbacks, "clock", clock)

    class Tick(wing.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            clock.now += 1.0

    (x, y), _ = noisy(rng)
    loader = wing.learner.DataLoader(list(zip(x, y, strict=True)), batch_size=10)
    limit = wing.learner.TimeLimit(4)
    learner = wing.learner.Learner(
        (loader, None), network(wing), "sgd", "sparse_categorical_crossentropy", (), [Tick(), limit]
    )
    assert len(learner.fit(9, verbose=0)) == 4
    assert len(learner.fit(9, verbose=0)) == 8  # called again, it has the time again


@THOROUGH
def test_both_wings_end_when_the_accuracy_gets_worse(rng):
    """And go back to the weights of the best epoch."""
    data, validation = noisy(rng)
    results = []
    for wing in (KERAS, SCRATCH):
        early = wing.callbacks.EarlyStopping("val_accuracy", patience=2, restore_best_weights=True)
        model = network(wing)
        options = {"optimizer": "adam", "learning_rate": 0.05, "batch_size": 10, "verbose": 0}
        history = wing.training.fit(
            model, *data, epochs=40, validation_data=validation, callbacks=[early], **options
        )
        assert len(history) == early.stopped_epoch + 1 < 40
        best = history.val_accuracy[early.best_epoch]
        assert best == max(history.val_accuracy) > history.val_accuracy[-1]
        assert wing.training.evaluate(model, *validation)["accuracy"] == best
        results.append((history.val_accuracy, model.get_weights()))
    assert results[0][0] == results[1][0]
    assert largest_difference(results[0][1], results[1][1]) <= 1e-10


def test_what_may_end_one_training_ends_the_next_as_well(rng):
    """The callback forgets the run of the first `fit`."""
    data, validation = noisy(rng)
    early = SCRATCH.callbacks.EarlyStopping("val_accuracy", patience=1)
    options = {"epochs": 40, "validation_data": validation, "callbacks": [early], "verbose": 0}
    lengths = [len(SCRATCH.training.fit(network(SCRATCH), *data, **options)) for _ in range(2)]
    assert lengths[0] == lengths[1] < 40


def test_a_recorder_still_needs_a_learner(wing, rng):
    data, _ = noisy(rng)
    with pytest.raises(ValueError, match="Recorder watches a Learner, received it in fit"):
        wing.training.fit(network(wing), *data, callbacks=[wing.callbacks.Recorder()], verbose=0)


AGE, SBP = load_blood_pressure()
Z = standardize(AGE)[0]
START = {"slope": 0.0, "intercept": 139.0, "learning_rate": 0.05}
ENGINES = [
    *((SCRATCH, name) for name in ("numpy", "session", "eager", "graph", "xla", "loop")),
    *((KERAS, name) for name in ("eager", "graph", "loop")),
]


@THOROUGH
@pytest.mark.parametrize("train_intercept", sampled([False, True]))
@pytest.mark.parametrize(
    ("wing", "execution"),
    sampled(ENGINES, every=3),
    ids=[f"{wing.name}-{name}" for wing, name in ENGINES],
)
def test_a_line_ends_at_the_first_point_where_its_loss_is_flat(wing, execution, train_intercept):
    options = START | {"steps": 150, "train_intercept": train_intercept, "execution": execution}
    fit = wing.linear_regression.fit_line(Z, SBP, **options, tolerance=1e-2)
    slopes = [
        np.abs(mse_gradient(Z, SBP, *point)[: 1 + train_intercept]).max()
        for point in fit.path[:, :2]
    ]
    assert slopes[-1] <= 1e-2 < min(slopes[:-1])
    assert 50 < len(fit.path) - 1 < 100
    whole = wing.linear_regression.fit_line(Z, SBP, **options)
    assert len(whole.path) == 151
    np.testing.assert_allclose(whole.path[: len(fit.path)], fit.path, rtol=1e-12)


@pytest.mark.parametrize("execution", ["graph", "loop"])
def test_the_steps_after_it_are_not_taken(wing, execution):
    """A million of them would take minutes or fill the memory."""
    options = START | {"steps": 1_000_000, "tolerance": 1e-2, "execution": execution}
    assert len(wing.linear_regression.fit_line(Z, SBP, **options).path) < 100


def test_one_call_of_a_thousand_steps_is_enough(monkeypatch):
    engines = importlib.import_module("kerasfoundations.from_scratch.linear_regression.engines")
    calls, run = [], engines.compiled_loop
    monkeypatch.setattr(engines, "compiled_loop", lambda *given: calls.append(1) or run(*given))
    options = START | {"steps": 5000, "tolerance": 1e-2, "execution": "loop"}
    SCRATCH.linear_regression.fit_line(Z, SBP, **options)
    assert len(calls) == 1


def test_the_gradient_that_counts_is_that_of_all_samples():
    """A single sample's is flat now and then, and at the minimum of all it is not."""
    options = START | {"learning_rate": 0.01, "steps": 2000, "batch_size": 1, "execution": "numpy"}
    fit = SCRATCH.linear_regression.fit_line(Z, SBP, **options, tolerance=2.0)
    assert np.abs(mse_gradient(Z, SBP, fit.slope, fit.intercept)).max() <= 2.0
    assert len(fit.path) < 2000


def test_a_start_that_is_flat_is_the_end(wing):
    slope, intercept = wing.linear_regression.solve_line(Z, SBP)
    options = {"learning_rate": 0.1, "steps": 5, "tolerance": 1e-6}
    fit = wing.linear_regression.fit_line(Z, SBP, slope=slope, intercept=intercept, **options)
    assert fit.path.shape == (1, 3)


def bowl(x):
    """`x₁² + x₂²`, which one step of SGD at a rate of 0.25 quarters; its slopes are `2x`."""
    return x[0] ** 2 + x[1] ** 2


def descended(wing, start=(2.0, 0.0), steps=20, **options):
    with KERAS.evaluation.precision("float64"):
        optimizer = wing.optimizers.SGD(0.25)
        return wing.gradients.descend(bowl, start, optimizer, steps, **options)


def test_a_descent_ends_at_the_first_point_low_enough(wing):
    whole = descended(wing)
    assert len(whole) == 21
    path = descended(wing, target=0.01)  # 4, 1, 0.25, 0.0625, 0.015625, 0.00390625
    np.testing.assert_array_equal(path, whole[:6])
    assert path[-1, -1] == 4**-4
    np.testing.assert_array_equal(descended(wing, target=4**-3), whole[:5])  # as low as asked for
    np.testing.assert_array_equal(descended(wing, target=4.5), whole[:1])
    np.testing.assert_array_equal(descended(wing, target=-1), whole)


def test_a_descent_ends_at_the_first_point_without_a_slope(wing):
    whole = descended(wing)
    path = descended(wing, tolerance=0.3)  # the slopes 4, 2, 1, 0.5, 0.25
    np.testing.assert_array_equal(path, whole[:5])
    steep = descended(wing, start=(0.1, -2.0), tolerance=0.25)  # the steepest one counts
    assert len(steep) == 5
    assert len(descended(wing, start=(0.0, 0.0), tolerance=1e-9)) == 1
    assert len(descended(wing, start=(0.0, 0.0))) == 21  # 0: no slope is small enough


def test_the_noise_of_a_slope_does_not_count(wing):
    assert len(descended(wing, start=(0.0, 0.0), noise=1.0, tolerance=1e-9)) == 1
