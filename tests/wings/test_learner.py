"""Learner and its callbacks: both wings step by step the same, and the same as training.fit."""

import io
import math
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations import plots
from kerasfoundations.loop import history

WINGS = (KERAS, SCRATCH)
TOLERANCE = 1e-12
L2_FACTOR = 1 / 128  # in float32 as well, to which not every Keras rounds
NUM_TRAIN, BATCH_SIZE = 75, 32  # batches of 32, 32 and 11


def network(wing, last=None, dtype="float64", dropout=0.0):
    """A small net with one output, 6-5-1, with the same weights in both wings."""
    layers = wing.layers
    if wing is KERAS:
        made = [
            keras.Input((6,), dtype=dtype),
            keras.layers.Dense(
                5, "relu", dtype=dtype, kernel_regularizer=keras.regularizers.L2(L2_FACTOR)
            ),
            *([keras.layers.Dropout(dropout, seed=3, dtype=dtype)] if dropout else []),
            keras.layers.Dense(1, last, dtype=dtype),
        ]
        model = keras.Sequential(made)
    else:
        regularizer = wing.regularizers.L2(L2_FACTOR)
        made = [
            layers.NaiveDense(6, 5, "relu", dtype=dtype, kernel_regularizer=regularizer),
            *([layers.NaiveDropout(dropout, seed=3)] if dropout else []),
            layers.NaiveDense(5, 1, last, dtype=dtype),
        ]
        model = wing.models.NaiveSequential(made)
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(size=weight.shape) for weight in model.get_weights()])
    return model


def classifier(wing):
    return wing.mlp.build_mlp((5,), 6, 3, l2=0.01, seed=1, dtype="float64")


@pytest.fixture(scope="module")
def samples():
    """Inputs, a label of two classes as a column, and a label of three classes."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(105, 6))
    two = (x[:, :1] + x[:, 1:2] > 0).astype("float64")
    return x, two, (two[:, 0] + (x[:, 2] > 0)).astype("int64")


def make_loaders(wing, x, y, seed=0):
    pairs = list(zip(x, y, strict=True))
    make = wing.learner.DataLoader
    return make(pairs[:NUM_TRAIN], BATCH_SIZE, True, seed), make(pairs[NUM_TRAIN:], 8)


def make_learner(wing, samples, optimizer="basic", callbacks=(), model=None, metrics=("accuracy",)):
    """The small net with `mnist_loss`, ready to train."""
    model = model or network(wing)
    if optimizer == "basic":
        optimizer = wing.learner.BasicOptimizer(model.trainable_weights, 0.5)
    loaders = make_loaders(wing, *samples[:2])
    return wing.learner.Learner(
        loaders, model, optimizer, "mnist_loss", list(metrics), list(callbacks)
    )


MEASURED = ("loss", "accuracy", "val_loss", "val_accuracy")
PROBLEMS = {
    "mnist_loss": ("basic", lambda wing: network(wing), 1),
    "binary_crossentropy": ("basic", lambda wing: network(wing, "sigmoid"), 1),
    "sparse_categorical_crossentropy": ("rmsprop", classifier, 2),
}


@pytest.mark.parametrize("loss", sampled(PROBLEMS, every=4))
def test_both_wings_and_training_fit_take_the_same_steps(loss, samples):
    """Three epochs, a smaller last batch in each: every batch's loss, and the weights."""
    kind, build, column = PROBLEMS[loss]
    x, y = samples[0], samples[column]
    results = []
    for wing in WINGS:
        model, twin = build(wing), build(wing)
        optimizer = kind
        if kind == "basic":
            optimizer = wing.learner.BasicOptimizer(model.trainable_weights, 0.5)
        recorder = wing.learner.Recorder()
        loaders = make_loaders(wing, x, y, seed=4)
        learner = wing.learner.Learner(loaders, model, optimizer, loss, ["accuracy"], [recorder])
        learned = learner.fit(3, verbose=0)
        assert len(recorder.batch_losses) == 9
        assert largest_difference(model.get_weights(), twin.get_weights()) > 0.001  # it did train
        results.append((recorder.batch_losses, model.get_weights(), learned.loss, learned.val_loss))
        assert {*recorder.epochs} == {*MEASURED}
        assert all(getattr(learned, name) == recorder.epochs[name] for name in MEASURED)
        if wing is KERAS and kind == "basic":
            continue  # the twin is compared, and each of Keras's compilations takes its time
        valid = x[NUM_TRAIN:], y[NUM_TRAIN:]
        usual = wing.training.fit(
            twin,
            x[:NUM_TRAIN],
            y[:NUM_TRAIN],
            epochs=3,
            batch_size=BATCH_SIZE,
            optimizer="sgd" if kind == "basic" else kind,
            learning_rate=0.5 if kind == "basic" else None,
            loss=loss,
            validation_data=valid,
            seed=4,
            verbose=0,
        )
        assert largest_difference(model.get_weights(), twin.get_weights()) <= TOLERANCE
        for name in MEASURED:
            assert largest_difference(getattr(learned, name), getattr(usual, name)) <= TOLERANCE
    evaluated = SCRATCH.training.evaluate(model, *valid)
    assert learned.val_loss[-1] == pytest.approx(evaluated["loss"], abs=TOLERANCE)
    assert learned.val_accuracy[-1] == pytest.approx(evaluated["accuracy"], abs=TOLERANCE)
    for keras_result, scratch_result in zip(*results, strict=True):
        assert largest_difference(keras_result, scratch_result) <= TOLERANCE


@THOROUGH
def test_batch_losses_are_each_batchs_own(wing, samples):
    """Those of a rate too small to move anything are measured again, batch by batch.

    On JAX, Keras's fit has the loader begin an epoch before the first, to see what a batch is like;
    here the test makes it do so.
    """
    model = network(wing)
    optimizer = wing.learner.BasicOptimizer(model.trainable_weights, 1e-30)
    recorder = wing.learner.Recorder()
    learner = make_learner(wing, samples, optimizer, [recorder], model)
    if wing is KERAS:
        fit = model.fit
        model.fit = lambda loader, **options: loader.on_epoch_begin() or fit(loader, **options)
    learner.fit(2, verbose=0)
    loader, _ = make_loaders(wing, *samples[:2])
    twin = network(SCRATCH)
    twin.loss = SCRATCH.losses.mnist_loss
    evaluate = SCRATCH.training.evaluate
    expected = [evaluate(twin, *batch)["loss"] for _ in range(2) for batch in loader]
    assert largest_difference(recorder.batch_losses, expected) <= TOLERANCE
    assert recorder.epoch_ends == [3, 6]
    sizes = np.array([32, 32, 11])
    weighted = np.sum(np.array(expected[:3]) * sizes) / 75  # not the plain mean of three
    assert learner.history.loss[0] == pytest.approx(weighted, abs=TOLERANCE)
    assert abs(weighted - np.mean(expected[:3])) > 1e-6


def test_a_second_fit_continues_and_nothing_is_traced_again(wing, samples):
    traces = []

    def counted(y_true, y_pred):
        traces.append(tuple(y_pred.shape))
        return wing.losses.mnist_loss(y_true, y_pred)

    model = network(wing)
    optimizer = wing.learner.BasicOptimizer(model.trainable_weights, 0.5)
    learner = wing.learner.Learner(make_loaders(wing, *samples[:2]), model, optimizer, counted)
    learner.fit(1, verbose=0)
    assert all(shape[0] is None for shape in traces if wing is SCRATCH)
    first = len(traces)
    assert first == 2 or wing is KERAS  # the step and the validation
    learned = learner.fit(2, verbose=0)
    assert len(traces) == first
    assert learned is learner.history
    assert len(learned) == 3
    at_once = make_learner(SCRATCH, samples)
    at_once.fit(3, verbose=0)
    assert largest_difference(at_once.model.get_weights(), model.get_weights()) <= TOLERANCE
    before = model.get_weights()
    optimizer.learning_rate = 1e-30  # a rate that is changed is the one that is used
    learner.fit(1, verbose=0)
    assert largest_difference(model.get_weights(), before) < 1e-20
    assert len(traces) == first


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_basic_optimizer_steps_down_the_gradient(wing, dtype):
    w = tf.Variable([1.0, 2.0], dtype=dtype)
    w = keras.Variable([1.0, 2.0], dtype=dtype) if wing is KERAS else w
    optimizer = wing.learner.BasicOptimizer([w], learning_rate=0.1)
    for _ in range(2):  # each apply clears the gradients of the previous one
        optimizer.apply([tf.constant([1.0, -2.0], dtype)], [w])
    rate, g = np.array(0.1, dtype), np.array([1, -2], dtype)
    expected = np.array([1, 2], dtype) - rate * g - rate * g
    np.testing.assert_array_equal(w.numpy(), expected)
    assert float(optimizer.learning_rate) == rate


def test_gradients_add_up_until_zero_grad(wing):
    w = (keras if wing is KERAS else tf).Variable([1.0], dtype="float64")
    optimizer = wing.learner.BasicOptimizer([w], 0.5)
    if wing is KERAS:  # what Keras stores and passes on as the optimizer's: w is the model's
        names = [variable.name for variable in optimizer.variables]
        assert names[:2] == ["iteration", "learning_rate"]
        assert len(names) == 3
    with pytest.raises(ValueError, match="one gradient for each of the 1 variables"):
        optimizer.add([])
    optimizer.add([tf.constant([1.0])])
    assert w.numpy() == 1  # nothing moves before the step
    optimizer.step()
    assert w.numpy() == 0.5
    optimizer.add([tf.constant([2.0])])  # zero_grad forgotten: 1 + 2
    optimizer.step()
    assert w.numpy() == -1
    optimizer.zero_grad()
    optimizer.step()
    assert w.numpy() == -1
    optimizer.add([tf.constant([1.0])])
    optimizer.add([tf.constant([1.0])])  # two batches, one step
    optimizer.apply([tf.constant([1.0])], [w])
    assert w.numpy() == -2.5
    optimizer.step()
    assert w.numpy() == -2.5  # apply has cleared them


def recording_callback(wing, stop=None):
    """Records every call; `stop` is the hook and the number at which it stops the training."""

    class Calls(wing.learner.Callback):
        def __init__(self):
            super().__init__()
            self.calls = []

        def note(self, hook, number, logs):
            times = ("seconds", "examples_per_second") if hook == "train end" else ()
            self.calls.append((hook, number, sorted({*(logs or {})} - {*times})))
            if stop == (hook, number):
                self.learner.stop_training = True

        def on_train_begin(self, logs=None):
            self.note("train begin", None, logs)

        def on_epoch_begin(self, epoch, logs=None):
            self.note("epoch begin", epoch, logs)

        def on_train_batch_begin(self, batch, logs=None):
            self.note("batch begin", batch, logs)

        def on_train_batch_end(self, batch, logs=None):
            self.note("batch end", batch, logs)

        def on_epoch_end(self, epoch, logs=None):
            self.note("epoch end", epoch, logs)

        def on_train_end(self, logs=None):
            self.note("train end", None, logs)

    return Calls()


class Watcher(history.Callback):
    """A callback that belongs to neither wing."""

    calls = 0

    def on_train_begin(self, logs=None):
        self.calls += 1

    def on_train_batch_begin(self, batch, logs=None):
        self.calls += 10

    def on_train_end(self, logs=None):
        self.calls += 100


@THOROUGH
def test_callbacks_see_the_same_calls_in_both_wings(samples):
    """Two epochs, then two that are stopped after a batch of the first, then two after one."""
    stops = [None, ("batch end", 1), ("epoch end", 3), None]
    seen = []
    for wing in WINGS:
        watcher = Watcher()
        learner = make_learner(wing, samples)
        callbacks = [recording_callback(wing, stop) for stop in stops]
        for callback in callbacks:
            learner.callbacks = [callback, watcher]
            learner.fit(2, verbose=0)
            assert callback.learner is learner
        calls = [callback.calls for callback in callbacks]
        seen.append((calls, learner.history.val_loss, learner.loaders[0].epoch))
        assert watcher.calls == 4 * 101 + 10 * (6 + 2 + 3 + 6)
    assert seen[0][0] == seen[1][0]
    assert seen[0][1] == pytest.approx(seen[1][1], abs=TOLERANCE)
    assert seen[0][2] == seen[1][2] == 6

    def numbers(hook):
        return [[call[1] for call in calls if call[0] == hook] for calls in seen[0][0]]

    assert numbers("epoch end") == [[0, 1], [2], [3], [4, 5]]
    assert numbers("batch end") == [[0, 1, 2] * 2, [0, 1], [0, 1, 2], [0, 1, 2] * 2]
    names = sorted([*MEASURED, "seconds", "examples_per_second"])
    for calls in seen[0][0]:
        assert [call[0] for call in (calls[0], calls[-1])] == ["train begin", "train end"]
        assert calls[-2][2] == names  # the validation is not left out


@THOROUGH
def test_the_table_has_a_row_per_epoch(wing, samples, capsys):
    learner = make_learner(wing, samples)
    learned = learner.fit(2)
    learner.fit(1)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["epoch", "1", "2", "epoch", "3"]
    columns = "epoch  train loss  valid loss  train accuracy  valid accuracy  time"
    assert lines[0].split() == columns.split()
    assert len({len(line) for line in lines}) == 1  # aligned
    assert lines[0].startswith("   epoch  train loss  valid loss")  # 8 wide, or as its name is
    values = lines[2].split()[1:-2]
    names = ("loss", "val_loss", "accuracy", "val_accuracy")
    assert values == [f"{getattr(learned, name)[1]:.4f}" for name in names]
    learner.fit(1, verbose=0)
    assert capsys.readouterr().out == ""


def test_without_validation_and_metrics_there_are_losses_only(scratch_wing, samples, capsys):
    wing = scratch_wing
    model = network(wing)
    optimizer = wing.learner.BasicOptimizer(model.trainable_weights, 0.5)
    loaders = make_loaders(wing, *samples[:2])[0], None
    learned = wing.learner.Learner(loaders, model, optimizer, "mnist_loss").fit(1)
    assert len(learned.loss) == 1
    assert learned.val_loss == learned.accuracy == []
    assert capsys.readouterr().out.split()[:5] == ["epoch", "train", "loss", "time", "1"]


@THOROUGH
def test_a_custom_metric_is_measured_like_the_others(samples):
    recorded = []
    for wing in WINGS:
        ops = keras.ops if wing is KERAS else tf

        def distance(y_true, y_pred, ops=ops):
            return ops.abs(ops.cast(y_true, y_pred.dtype) - y_pred)

        recorder = wing.learner.Recorder()
        learner = make_learner(wing, samples, callbacks=[recorder], metrics=[distance, "accuracy"])
        learner.fit(2, verbose=0)
        recorded.append(recorder.epochs)
    x, y = samples[0][NUM_TRAIN:], samples[1][NUM_TRAIN:]
    expected = np.abs(y - SCRATCH.training.predict(learner.model, x)).mean()
    assert recorder.epochs["val_distance"][-1] == pytest.approx(expected, abs=TOLERANCE)
    assert {*recorded[0]} == {*recorded[1]} == {*MEASURED, "distance", "val_distance"}
    for name, values in recorded[0].items():
        assert values == pytest.approx(recorded[1][name], abs=TOLERANCE)


def test_metrics_that_are_objects_are_measured_over_an_epoch(samples):
    """Of all samples of an epoch, the smaller last batch included, and anew in the next."""
    found, learners = [], []
    for wing in WINGS:
        asked = [
            "accuracy",
            "mean_absolute_error",
            wing.metrics.AUC(name="area", num_thresholds=20, from_logits=True),
        ]
        learner = make_learner(wing, samples, metrics=asked)
        found.append(learner.fit(2, verbose=0).history)
        learners.append(learner)
    assert list(found[0]) == list(found[1])
    for name in (*MEASURED, "mean_absolute_error", "area", "val_mean_absolute_error", "val_area"):
        assert found[0][name] == pytest.approx(found[1][name], abs=1e-5), name
    x, y = samples[0][NUM_TRAIN:], samples[1][NUM_TRAIN:]
    expected = np.abs(y - SCRATCH.training.predict(learners[1].model, x)).mean()
    assert found[1]["val_mean_absolute_error"][-1] == pytest.approx(expected, abs=TOLERANCE)


# EarlyStopping


def stops(early, values, name, keras_own):
    """Feeds a callback a series; gives the epochs it saw and the weights at the end."""
    weights = [tf.Variable([-1.0])]
    if keras_own:
        own = SimpleNamespace(get_weights=lambda: [weights[0].numpy()], stop_training=False)
        own.set_weights = lambda arrays: weights[0].assign(arrays[0])
        early.set_model(own)
    else:
        own = early.learner = SimpleNamespace(
            network=SimpleNamespace(weights=weights), stop_training=False
        )
    early.on_train_begin()
    for epoch, value in enumerate(values):
        weights[0].assign([float(epoch)])
        early.on_epoch_end(epoch, {name: value})
        if own.stop_training:
            break
    early.on_train_end()
    best = None if early.best is None else float(early.best)
    state = (early.wait, early.stopped_epoch, early.best_epoch, str(best))
    return epoch, float(weights[0][0]), state


@given(
    values=st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, math.nan]), min_size=1, max_size=9),
    mode=st.sampled_from(["auto", "min", "max"]),
    min_delta=st.sampled_from([0, 0.25, -0.25, 0.5]),
    patience=st.integers(0, 3),
    restore=st.booleans(),
)
def test_early_stopping_decides_as_keras_does(values, mode, min_delta, patience, restore):
    options = {"mode": mode, "min_delta": min_delta, "patience": patience}
    results = [
        stops(
            wing.learner.EarlyStopping("val_loss", restore_best_weights=restore, **options),
            values,
            "val_loss",
            keras_own=wing is KERAS,
        )
        for wing in WINGS
    ]
    assert results[0] == results[1]


@THOROUGH
def test_early_stopping_restores_the_same_weights_in_both_wings(samples):
    results = []
    for wing in WINGS:
        early = wing.learner.EarlyStopping(
            "val_accuracy", min_delta=0.01, patience=2, restore_best_weights=True
        )
        learner = make_learner(wing, samples, callbacks=[early])
        learned = learner.fit(20, verbose=0)
        results.append((learned.val_accuracy, learner.model.get_weights(), early.stopped_epoch))
        assert early.stopped_epoch == len(learned) - 1 < 19
        assert early.best_epoch < early.stopped_epoch
    measured = SCRATCH.training.evaluate(
        learner.model, samples[0][NUM_TRAIN:], samples[1][NUM_TRAIN:]
    )
    assert measured["loss"] == pytest.approx(learned.val_loss[early.best_epoch], abs=TOLERANCE)
    for keras_result, scratch_result in zip(*results, strict=True):
        assert largest_difference(keras_result, scratch_result) <= TOLERANCE


def test_early_stopping_says_what_it_cannot_monitor(scratch_wing):
    early = scratch_wing.learner.EarlyStopping("val_accuracy")
    early.on_train_begin()
    with pytest.warns(UserWarning, match="no 'val_accuracy' to monitor, only: loss") as said:
        early.on_epoch_end(0, {"loss": 1.0})
    assert said[0].filename == __file__  # where it was called
    with pytest.raises(ValueError, match=r"monitor='val_distance': pass mode='min'"):
        scratch_wing.learner.EarlyStopping("val_distance")
    with pytest.raises(ValueError, match=r"unknown mode 'mim'.*did you mean 'min'"):
        scratch_wing.learner.EarlyStopping(mode="mim")


# The search for a learning rate


def normalized(wing):
    """A net with batch normalization, whose moving statistics each step changes."""
    if wing is KERAS:
        return keras.Sequential(
            [
                keras.Input((6,), dtype="float64"),
                keras.layers.BatchNormalization(dtype="float64"),
                keras.layers.Dense(1, dtype="float64"),
            ]
        )
    layers = wing.layers
    return wing.models.NaiveSequential(
        [
            layers.NaiveBatchNormalization(6, dtype="float64"),
            layers.NaiveDense(6, 1, dtype="float64"),
        ]
    )


@THOROUGH
@pytest.mark.parametrize("interrupted", [False, True])
def test_a_search_leaves_moving_statistics_as_they_were(wing, samples, interrupted, monkeypatch):
    model = normalized(wing)
    learner = make_learner(wing, samples, model=model)
    before = model.get_weights()
    rate = float(learner.optimizer.learning_rate)
    if interrupted:
        finder = wing.learner.LearningRateFinder
        ended = finder.on_train_batch_end

        def stop(self, batch, logs=None):
            ended(self, batch, logs)
            if len(self.losses) == 4:
                raise KeyboardInterrupt

        monkeypatch.setattr(finder, "on_train_batch_end", stop)
        with pytest.raises(KeyboardInterrupt):
            learner.find_learning_rate(num_steps=10)
    else:
        assert len(learner.find_learning_rate(num_steps=10).losses) == 10
    assert largest_difference(model.get_weights(), before) == 0
    assert float(learner.optimizer.learning_rate) == rate
    assert learner.loaders[0].epoch == 0


@THOROUGH
def test_a_learner_is_unaffected_by_another_training_in_between(keras_wing, samples):
    learner = make_learner(keras_wing, samples, metrics=())
    learner.fit(1, verbose=0)
    keras_wing.training.fit(
        *(learner.model, *samples[:2]),
        **{"epochs": 1, "loss": "mnist_loss", "optimizer": learner.optimizer, "verbose": 0},
        execution="eager",
    )
    learner.fit(1, verbose=0)
    assert not learner.model.run_eagerly
    assert learner.history.accuracy == []


def test_a_search_ends_at_a_non_finite_loss(wing, samples):
    learner = make_learner(wing, samples)
    rates = {"min_learning_rate": 1e299, "max_learning_rate": 1e308, "num_steps": 10}
    found = learner.find_learning_rate(**rates)
    assert 1 < len(found.losses) < 10
    assert math.isnan(found.losses[-1])


def bits(wing, learner):
    """Return everything that a step may change."""
    model, optimizer = learner.model, learner.optimizer
    if wing is KERAS:
        variables = [*model.variables, *optimizer.variables]
    else:
        slots = [s for w in model.trainable_weights for s in optimizer.slots(w).values()]
        variables = [*model.weights, model.layers[1].state, *slots]
    values = [variable.numpy().copy() for variable in variables]
    return [*values, float(optimizer.learning_rate)]


def searched(wing, samples, search=True):
    """An epoch, a search that is stopped in its second epoch, and two more epochs."""
    recorder = wing.learner.Recorder()
    model = network(wing, dropout=0.4)
    learner = make_learner(wing, samples, "rmsprop", [recorder], model)
    learner.fit(1, verbose=0)
    found = []
    if search:
        before = bits(wing, learner)
        assert len(before) >= 4 + 1 + 1 + 4  # weights, dropout, rate, slots
        finder = learner.find_learning_rate(min_learning_rate=1e-4, num_steps=12, stop_factor=1.15)
        assert largest_difference(bits(wing, learner), before) == 0
        assert learner.loaders[0].epoch == len(learner.history) == 1
        assert len(recorder.batch_losses) == 3
        assert finder.learning_rates[0] == pytest.approx(1e-4)
        assert 3 < len(finder.losses) < 12  # more than an epoch
        assert finder.losses[-1] > 1.15 * min(finder.losses)
        found = [finder.learning_rates, finder.losses, [finder.suggestion]]
    learned = learner.fit(2, verbose=0)
    return [model.get_weights(), recorder.batch_losses, learned.val_loss], found


@THOROUGH
def test_a_search_changes_nothing_and_both_wings_find_the_same(samples):
    """Weights, slots, dropout's masks, the order of the next epoch: the same bits as without it."""
    scratch, found = searched(SCRATCH, samples)
    without, _ = searched(SCRATCH, samples, search=False)
    for with_search, without_search in zip(scratch, without, strict=True):
        assert largest_difference(with_search, without_search) == 0
    keras_result, keras_found = searched(KERAS, samples)
    for ours, theirs in zip(scratch + found, keras_result + keras_found, strict=True):
        assert largest_difference(ours, theirs) <= TOLERANCE


def fed_finder(wing, losses, **arguments):
    """A finder that is given losses until it stops the training."""
    finder = wing.learner.LearningRateFinder(**arguments)
    finder.learner = SimpleNamespace(
        optimizer=SimpleNamespace(learning_rate=0.5),
        variables=list,
        stop_training=False,
    )
    if wing is KERAS:
        optimizer = SimpleNamespace(variables=[], learning_rate=0.5)
        finder.set_model(SimpleNamespace(variables=[], optimizer=optimizer))
    finder.on_train_begin()
    for batch, loss in enumerate(losses):
        finder.on_train_batch_begin(batch)
        finder.learner.batch_loss = loss
        finder.on_train_batch_end(batch)
        if finder.learner.stop_training:
            break
    finder.on_train_end()
    return finder


@pytest.mark.parametrize(
    ("losses", "num_seen"),
    [
        ([1.0, 0.5, 2.0, 1.0], 4),  # four times as much is not above
        ([1.0, 0.5, 2.1, 1.0], 3),
        ([1.0, math.nan, 1.0, 1.0], 2),
        ([math.inf, 1.0], 1),
        ([1.0] * 9, 6),
    ],
)
def test_the_search_ends_when_the_loss_is_too_large(wing, losses, num_seen):
    finder = fed_finder(wing, losses, min_learning_rate=1e-5, max_learning_rate=1.0, num_steps=6)
    assert len(finder.losses) == len(finder.learning_rates) == num_seen
    np.testing.assert_allclose(finder.learning_rates, np.logspace(-5, 0, 6)[:num_seen])


def test_the_suggestion_is_where_the_smoothed_loss_falls_most_steeply(wing):
    """A loss that falls like tanh, most steeply at 1e-2, then grows and falls again."""
    exponents = np.linspace(-5, 1, 61)
    losses = 1 - np.tanh(2 * (exponents + 2))  # from 2 to 0
    losses[-12:] = [0.3, 0.2, 0.1, 0.05, 3.0, 6.0, 6.0, 6.0, 0.1, 0.1, 0.1, 0.1]
    options = {"min_learning_rate": 1e-5, "max_learning_rate": 10.0, "num_steps": 61}
    finder = fed_finder(wing, losses.tolist(), stop_factor=1e9, **options)
    assert finder.suggestion == pytest.approx(1e-2)
    smoothed = finder.smoothed_losses
    assert smoothed[0] == pytest.approx(np.mean(losses[:3]))
    assert smoothed[30] == pytest.approx(np.mean(losses[28:33]))
    assert smoothed[-1] == pytest.approx(np.mean(losses[-3:]))
    endless = fed_finder(wing, [1.0, 0.5, math.inf], stop_factor=10, **options)
    assert np.isfinite(endless.smoothed_losses).all()
    with pytest.raises(ValueError, match="two finite losses or more, received 0: search first"):
        _ = fed_finder(wing, [math.nan], **options).suggestion


# Pictures


def drawn(figure):
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue().startswith(b"\x89PNG")


def test_the_recorder_draws_losses_and_metrics(wing):
    recorder = wing.learner.Recorder()
    for epoch in range(2):
        for batch in range(3):
            recorder.learner = SimpleNamespace(batch_loss=1 / (1 + 3 * epoch + batch))
            recorder.on_train_batch_end(batch, {"loss": 1.0})
        logs = dict.fromkeys(["loss", "accuracy", "val_loss", "val_accuracy", "seconds"], 0.5)
        recorder.on_epoch_end(epoch, logs)
    assert recorder.batch_losses == [1 / (1 + i) for i in range(6)]
    figure = recorder.figure("a title")
    left, right = figure.axes
    batches, train, valid = left.lines
    assert batches.get_ydata().tolist() == recorder.batch_losses
    np.testing.assert_allclose(batches.get_xdata() * 3, np.arange(6) + 0.5)
    assert train.get_ydata().tolist() == recorder.epochs["loss"]
    assert train.get_xdata().tolist() == [0.5, 1.5]
    assert valid.get_ydata().tolist() == recorder.epochs["val_loss"]
    assert valid.get_xdata().tolist() == [1, 2]
    ends = right.lines[1]
    assert ends.get_ydata().tolist() == recorder.epochs["val_accuracy"]
    assert [ax.get_ylabel() for ax in figure.axes] == ["loss", "accuracy"]
    assert [ax.get_xlabel() for ax in figure.axes] == ["epoch", "epoch"]
    labels = [text.get_text() for text in left.get_legend().get_texts()]
    assert labels == ["training, each batch", "training, epoch mean", "validation"]
    assert figure.get_suptitle() == "a title"
    assert drawn(figure)


def test_pictures_of_few_values_are_drawn_as_well():
    assert len(plots.training_record([], [], {}).axes) == 1
    assert drawn(plots.training_record([0.5, math.nan, 0.4], [], {}))
    several = plots.training_record(
        [0.5, 0.4, 0.3], [2, 3], {"loss": [0.5, 0.3], "accuracy": [1, 1], "distance": [2, 1]}
    )
    assert several.axes[1].get_ylabel() == "accuracy, distance"
    labels = [text.get_text() for text in several.axes[1].get_legend().get_texts()]
    assert labels == ["accuracy, training", "distance, training"]
    assert several.axes[0].lines[0].get_xdata().tolist() == [0.25, 0.75, 1.5]
    assert drawn(several)


def test_the_finder_draws_losses_against_rates(wing):
    options = {"min_learning_rate": 1e-3, "max_learning_rate": 1.0, "num_steps": 4}
    finder = fed_finder(wing, [1.0, 0.9, 0.5, math.inf], **options)
    figure = finder.figure("a title")
    ax = figure.axes[0]
    assert ax.get_xscale() == "log"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("learning rate", "loss")
    losses, smoothed, mark = ax.lines
    assert losses.get_ydata().tolist() == finder.losses
    assert losses.get_xdata().tolist() == finder.learning_rates
    assert smoothed.get_ydata().tolist() == finder.smoothed_losses.tolist()
    assert mark.get_xdata() == [finder.suggestion] * 2
    assert drawn(figure)


# Custom models


class Line:
    """`x·w + b` with variables made by hand."""

    def __init__(self):
        rng = np.random.default_rng(1)
        self.trainable_weights = [tf.Variable(rng.normal(size=(6, 1))), tf.Variable(np.zeros(1))]

    def __call__(self, x):
        w, b = self.trainable_weights
        return tf.matmul(x, w) + b


class LineThatIsTold(Line):
    told = ()

    def __call__(self, x, training=False):
        self.told = (*self.told, training)
        return super().__call__(x)


@pytest.mark.parametrize("kind", [Line, LineThatIsTold])
def test_anything_with_weights_can_learn(kind, samples, scratch_wing):
    wing = scratch_wing
    own = kind()
    layer = wing.layers.NaiveDense(6, 1, dtype="float64")
    known = wing.models.NaiveSequential([layer])
    known.set_weights([weight.numpy() for weight in own.trainable_weights])
    learned = [make_learner(wing, samples, model=model).fit(2, verbose=0) for model in (own, known)]
    for name in MEASURED:
        assert largest_difference(*[getattr(h, name) for h in learned]) <= TOLERANCE
    weights = [weight.numpy() for weight in own.trainable_weights]
    assert largest_difference(weights, known.get_weights()) <= TOLERANCE
    if kind is LineThatIsTold:
        assert own.told == (False, True, False)  # tried once; traced to train and to validate


def test_a_custom_model_needs_weights_and_a_last_axis(samples, scratch_wing):
    loaders = make_loaders(scratch_wing, *samples[:2])
    with pytest.raises(ValueError, match=r"an empty one: give the model trainable_weights"):
        scratch_wing.learner.Learner(loaders, lambda x: x, "sgd", "mnist_loss")

    class Flat(Line):
        def __call__(self, x):
            return super().__call__(x)[:, 0]

    with pytest.raises(ValueError, match=r"outputs \(B, outputs\), received shape \(1,\)"):
        scratch_wing.learner.Learner(loaders, Flat(), "sgd", "mnist_loss")


# What Keras alone has


def test_a_model_with_the_basic_optimizer_can_be_stored(samples, tmp_path):
    learner = make_learner(KERAS, samples, model=network(KERAS, dtype="float32"))
    learner.model.compile("adam", "mse")  # another training run in between
    learner.fit(1, verbose=0)
    assert learner.model.optimizer is learner.optimizer
    path = tmp_path / "model.keras"
    learner.model.save(path)
    loaded = keras.saving.load_model(path)
    assert isinstance(loaded.optimizer, KERAS.learner.BasicOptimizer)
    assert float(loaded.optimizer.learning_rate) == 0.5
    gradients = [keras.ops.ones_like(weight) for weight in loaded.trainable_variables]
    loaded.optimizer.apply(gradients)
    expected = [weight - np.float32(0.5) for weight in learner.model.get_weights()]
    assert largest_difference(loaded.get_weights(), expected) == 0


# Errors

X, Y = np.zeros((4, 6)), np.zeros((4, 1))


def pairs(wing, x=X, y=Y):
    return wing.learner.DataLoader(list(zip(x, y, strict=True)), 2)


def mean_distance(y_true, y_pred):
    return tf.reduce_mean(y_true - y_pred)


BAD = {
    "one loader": (lambda w: {"loaders": pairs(w)}, "a pair .* received DataLoader: without"),
    "three loaders": (lambda w: {"loaders": (pairs(w),) * 3}, "received 3 of them"),
    "a list of pairs": (
        lambda w: {"loaders": ([(1, 2)], None)},
        r"received a list of builtins among them: make each by DataLoader\(dataset, batch_size\)",
    ),
    "no pairs": (
        lambda w: {"loaders": (w.learner.DataLoader(X), None)},
        r"batches \(x, y\), received ndarray: .*list\(zip\(x, y\)\)",
    ),
    "triples": (
        lambda w: {"loaders": (w.learner.DataLoader([(1, 2, 3)]), None)},
        "received tuples of 3",
    ),
    "width": (lambda w: {"loaders": (pairs(w, X[:, :5]), None)}, r"\(n, 6\), received \(2, 5\)"),
    "width of the validation": (
        lambda w: {"loaders": (pairs(w), pairs(w, X[:, :5]))},
        r"\(n, 6\), received \(2, 5\)",
    ),
    "images as they are": (
        lambda w: {"loaders": (pairs(w, np.zeros((4, 6), "uint8")), None)},
        "received uint8 inputs",
    ),
    "three targets": (
        lambda w: {"loaders": (pairs(w, X, np.ones((len(X), 3))), None)},
        r"\(n, 1\), received \(2, 3\): reshape the targets",
    ),
    "optimizer": (lambda w: {"optimizer": "sdg"}, "did you mean 'sgd'"),
    "loss": (lambda w: {"loss": "mnist_los"}, "did you mean 'mnist_loss'"),
    "metrics as a name": (lambda w: {"metrics": "accuracy"}, r"pass \['accuracy'\]"),
    "metric": (lambda w: {"metrics": ["acuracy"]}, "unknown metric 'acuracy'.*mean 'accuracy'"),
    "accuracy of quantities": (
        lambda w: {"metrics": ["accuracy"], "loss": "mean_squared_error"},
        "'accuracy' with the loss 'mean_squared_error' .* leave it out",
    ),
    "two metrics of one name": (
        lambda w: {"metrics": ["accuracy", "accuracy"]},
        r"names must be unique, and not 'loss', received \['accuracy', 'accuracy'\]",
    ),
    "one loader for both": (
        lambda w: {"loaders": (pairs(w),) * 2},
        "received the same one twice",
    ),
    "an unknown name among known ones": (
        lambda w: {"metrics": ["mean_absolute_eror"]},
        "unknown metric 'mean_absolute_eror'.*mean 'mean_absolute_error'",
    ),
    "a metric of several numbers": (
        lambda w: {
            "model": w.mlp.build_mlp((), 6, 2, dtype="float64", output_activation=None),
            "metrics": [w.metrics.F1Score()],
            "loaders": (pairs(w, X, np.eye(2)[np.arange(len(X)) % 2]), None),
        },
        "takes metrics of one number, received f1_score with 2: for F1Score",
    ),
    "cross-entropy of bare outputs": (
        lambda w: {"loss": "binary_crossentropy"},
        "binary_crossentropy takes probabilities, received the outputs of a last layer without",
    ),
    "a search among the callbacks": (
        lambda w: {"callbacks": [w.learner.LearningRateFinder()]},
        r"call learner\.find_learning_rate\(\) instead",
    ),
    "callbacks that are none": (lambda w: {"callbacks": ["recorder"]}, "callback 'recorder', exp"),
    "one callback": (lambda w: {"callbacks": history.History()}, "callbacks must be a list"),
    "logits squeezed twice": (
        lambda w: {"model": network(w, "sigmoid")},
        "mnist_loss takes logits, received the outputs of a sigmoid.*output_activation=None",
    ),
    "metric with a mean": (
        lambda w: {"metrics": [mean_distance]},
        r"'mean_distance' must give a value per sample, received shape \(\) for 2 samples",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_the_same_mistake_gives_the_same_error_in_both_wings(case):
    make, words = BAD[case]
    said = []
    for wing in WINGS:
        arguments = {"loaders": (pairs(wing), None), "optimizer": "sgd", "loss": "mnist_loss"}
        arguments |= {"model": network(wing)} | make(wing)
        with pytest.raises(ValueError, match=words) as caught:
            wing.learner.Learner(**arguments)
        said.append(str(caught.value).replace(wing.learner.DataLoader.__module__, "MODULE"))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"min_learning_rate": 0}, "min_learning_rate must be a finite number above 0"),
        ({"min_learning_rate": 1, "max_learning_rate": 1}, "below max_learning_rate.* 1 and 1"),
        ({"num_steps": 1}, "num_steps must be a whole number of 2 or more, received 1"),
        ({"stop_factor": 1}, "stop_factor must be a number above 1, received 1"),
    ],
)
def test_a_search_says_what_it_takes(wing, arguments, words):
    with pytest.raises(ValueError, match=words):
        wing.learner.LearningRateFinder(**arguments)


def test_other_mistakes_are_named(wing, samples):
    model = network(wing)
    make = wing.learner.BasicOptimizer
    with pytest.raises(ValueError, match=r"received an empty one: pass model\.trainable_weights"):
        make([], 0.1)
    with pytest.raises(ValueError, match=r"list of .* variables, received float"):
        make([1.0], 0.1)
    with pytest.raises(ValueError, match="learning_rate must be a finite number above 0"):
        make(model.trainable_weights, 0)
    learner = make_learner(wing, samples)
    with pytest.raises(ValueError, match="epochs must be a whole number of 1 or more, received 0"):
        learner.fit(0)


def test_an_optimizer_moves_its_own_variables_only(wing, samples):
    optimizer = wing.learner.BasicOptimizer(network(wing).trainable_weights, 0.1)
    words = "new or was used on this model" if wing is KERAS else "with this model's trainable_weig"
    with pytest.raises(ValueError, match=words):
        make_learner(wing, samples, optimizer).fit(1, verbose=0)


def test_batches_of_another_kind_are_refused_while_training(wing, samples):
    """Only the first batch is checked in advance; here a label in the last one is wrong."""
    x, y = samples[0][:4], np.array([0, 1, 2, 3])
    loader = wing.learner.DataLoader(list(zip(x, y, strict=True)), 3)
    learner = wing.learner.Learner(
        (loader, None), classifier(wing), "sgd", "sparse_categorical_crossentropy"
    )
    with pytest.raises(ValueError, match="0 to 2, received 3 to 3"):
        learner.fit(1, verbose=0)


def test_a_callback_that_needs_a_learner_says_so(wing, samples):
    recorder = wing.learner.Recorder()
    with pytest.raises(ValueError, match=r"Recorder watches a Learner, received it in fit"):
        wing.training.fit(network(wing), *samples[:2], loss="mnist_loss", callbacks=[recorder])


@pytest.mark.parametrize(("wing", "other"), [WINGS, WINGS[::-1]], ids=["keras", "scratch"])
def test_a_callback_of_the_other_wing_is_refused(wing, other, samples):
    with pytest.raises(ValueError, match="expected one of the wing's callbacks"):
        make_learner(wing, samples, callbacks=[other.learner.Recorder()])


def test_a_model_of_the_other_wing_is_refused(scratch_wing, samples):
    loaders = make_loaders(scratch_wing, *samples[:2])
    with pytest.raises(ValueError, match=r"received a Sequential of keras.*change one word"):
        scratch_wing.learner.Learner(loaders, network(KERAS), "sgd", "mnist_loss")
    with pytest.raises(ValueError, match="received Variable of keras"):
        scratch_wing.learner.BasicOptimizer(network(KERAS).trainable_variables, 0.1)


def test_an_optimizer_of_the_other_wing_is_refused(scratch_wing, samples):
    with pytest.raises(ValueError, match="received a SGD of keras"):
        make_learner(scratch_wing, samples, optimizer=keras.optimizers.SGD())
