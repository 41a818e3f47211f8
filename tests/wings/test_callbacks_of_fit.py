"""Keras's callbacks in `fit`: both wings set the same rates, stop and save at the same epochs."""

import csv
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from support.arrays import largest_difference
from support.thorough import THOROUGH
from support.versions import needs_keras
from support.wings import KERAS, SCRATCH

from kerasfoundations.loop.checkpoint_files import BaseCheckpoints, read_manifest
from kerasfoundations.loop.divergence import DivergenceError
from kerasfoundations.loop.history import Callback

WINGS = (KERAS, SCRATCH)
CLOSE = 1e-10
EXECUTIONS = ["eager", *(pytest.param(name, marks=THOROUGH) for name in ("graph", "xla", "epoch"))]
COMPILED = ["graph", *(pytest.param(name, marks=THOROUGH) for name in ("xla", "epoch"))]
KERAS_FIRST = pytest.mark.parametrize(
    "wing", [KERAS, pytest.param(SCRATCH, marks=THOROUGH)], ids=lambda wing: wing.name
)
SCRATCH_FIRST = pytest.mark.parametrize(
    "wing", [SCRATCH, pytest.param(KERAS, marks=THOROUGH)], ids=lambda wing: wing.name
)
RNG = np.random.default_rng(4)
X = RNG.normal(size=(40, 4))
Y = (X[:, 0] + RNG.normal(size=40) > 0).astype("int64")  # partly chance: a network overfits
DATA, VALIDATION = (X[:24], Y[:24]), (X[24:], Y[24:])
START = [RNG.normal(size=shape) for shape in ((4, 6), (6,), (6, 2), (2,))]


def network(wing):
    model = wing.mlp.build_mlp((6,), 4, 2, dtype="float64")
    model.set_weights(START)
    return model


def train(wing, *callbacks, **how):
    """Three batches an epoch; the model, and its history."""
    how = {"optimizer": "sgd", "learning_rate": 0.8, "batch_size": 8, "verbose": 0} | how
    how = {"execution": "eager"} | how  # nothing to compile: few steps are quickest
    model = network(wing)
    pair = {"validation_data": VALIDATION}
    history = wing.training.fit(model, *DATA, callbacks=callbacks, **(pair | how))
    return model, history


def line(wing, *callbacks, **how):
    """A line whose loss is not bounded: with a high rate it diverges."""
    model = wing.linear_regression.build_linear_regression(4, dtype="float64")
    model.set_weights([START[0][:, :1], np.zeros(1)])
    x, y = DATA[0], DATA[0].sum(axis=1, keepdims=True)
    how = {"optimizer": "sgd", "learning_rate": 0.01, "batch_size": 8, "verbose": 0} | how
    how = {"loss": "mean_squared_error", "shuffle": False, "execution": "eager"} | how
    return wing.training.fit(model, x, y, callbacks=callbacks, **how)


def optimizer_of(callback):
    return (
        callback.model.optimizer
        if isinstance(callback, KERAS.callbacks.Callback)
        else (callback.learner.optimizer)
    )


def rates(wing):
    """A callback that records the learning rate of every step."""

    class Rates(wing.callbacks.Callback):
        steps = ()

        def on_train_batch_end(self, batch, logs=None):
            self.steps += (float(optimizer_of(self).learning_rate),)

    return Rates()


class Reported(Callback):
    """What the hooks were called with."""

    def __init__(self):
        self.batches, self.logs, self.num_ends = [], [], 0

    def on_train_batch_end(self, batch, logs=None):
        self.batches.append(batch)

    def on_epoch_end(self, epoch, logs=None):
        self.logs.append(dict(logs))

    def on_train_end(self, logs=None):
        self.num_ends += 1


class KilledAt(Callback):
    """Ends a training run in the middle, at that step."""

    def __init__(self, step):
        self.left = step

    def on_train_batch_end(self, batch, logs=None):
        self.left -= 1
        if not self.left:
            raise InterruptedError


def stop_after(wing, last):
    """A callback that ends the training after that epoch."""

    class Stop(wing.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == last:
                (self.model if wing is KERAS else self.learner).stop_training = True

    return Stop()


@pytest.fixture
def saves_each_epoch(monkeypatch):
    monkeypatch.setattr(BaseCheckpoints, "is_due", True)


# Both wings, on the same training


@THOROUGH
@pytest.mark.parametrize("execution", EXECUTIONS)
def test_both_wings_reduce_stop_save_and_write_alike(execution, tmp_path):
    seen = []
    for wing in WINGS:
        made, suffix = wing.callbacks, wing.models.SUFFIX
        plateau = made.ReduceLROnPlateau(factor=0.5, patience=1, cooldown=2, min_delta=0.005)
        early = made.EarlyStopping(patience=8, baseline=0.1, restore_best_weights=True)
        path = tmp_path / wing.name / f"{{epoch:02d}}-{{val_loss:.4f}}{suffix}"
        best = made.ModelCheckpoint(path, save_best_only=True)
        table = tmp_path / f"{wing.name}.csv"
        watched = rates(wing)
        watching = [plateau, early, best, made.CSVLogger(table), watched]
        model, history = train(wing, *watching, epochs=20, execution=execution)
        files = sorted((tmp_path / wing.name).iterdir())
        assert files[-1].stem == f"{early.best_epoch + 1:02d}-{early.best:.4f}"
        stored = wing.models.load_model(files[-1])
        assert largest_difference(stored.get_weights(), model.get_weights()) == 0
        assert min(history.val_loss) == best.best == early.best
        with open(table, newline="") as file:
            names, *rows = csv.reader(file)
        assert [float(row[3]) for row in rows] == history.loss
        facts = (early.stopped_epoch, early.best_epoch, plateau.wait, plateau.cooldown_counter)
        numbers = [[np.array(watched.steps), np.array(rows, float)], model.get_weights()]
        seen.append(([names, facts, [file.stem for file in files]], numbers))
    (keras_facts, keras_numbers), (own_facts, own_numbers) = seen
    assert own_facts == keras_facts
    for keras_number, own in zip(keras_numbers, own_numbers, strict=True):
        assert largest_difference(keras_number, own) <= CLOSE
    names, (stopped, best_epoch, *_), files = own_facts
    assert names == ["epoch", "accuracy", "learning_rate", "loss", "val_accuracy", "val_loss"]
    assert (stopped, best_epoch, len(files)) == (7, 3, 4)
    assert sorted({*own_numbers[0][0]}) == pytest.approx([0.2, 0.4, 0.8])


@pytest.mark.parametrize("execution", COMPILED)
def test_a_schedule_sets_the_rate_of_each_epoch_and_nothing_is_traced_again(execution):
    results = []
    for wing in WINGS:
        calls, at_epoch_ends = [], []

        def own_loss(y_true, y_pred, ops=keras.ops if wing is KERAS else tf, calls=calls):
            calls.append(1)  # by Python, which only traces
            return (
                ops.reduce_mean(abs(y_true - y_pred), -1)
                if ops is tf
                else ops.mean(abs(y_true - y_pred), -1)
            )

        class Count(Callback):
            def on_epoch_end(self, epoch, logs=None, ends=at_epoch_ends, calls=calls):
                ends.append(len(calls))

        halve = wing.callbacks.LearningRateScheduler(
            lambda epoch, rate: 0.1 if epoch < 2 else rate / 2
        )
        watched = rates(wing)
        how = {"loss": own_loss, "epochs": 4, "execution": execution, "learning_rate": 0.3}
        history = line(wing, halve, watched, Count(), **how)
        assert at_epoch_ends[0] == at_epoch_ends[-1] > 0
        assert watched.steps == pytest.approx([0.1] * 6 + [0.05] * 3 + [0.025] * 3)
        results.append(np.array([*watched.steps, *history.loss]))
    assert largest_difference(results[:1], results[1:]) <= CLOSE


def test_a_rate_that_follows_a_schedule_of_steps_cannot_be_set(wing):
    decay = {"learning_rate": wing.schedules.ExponentialDecay(0.1, 10, 0.5), "epochs": 9}
    error = TypeError if wing is KERAS else ValueError  # Keras's own
    words = "not settable" if wing is KERAS else "follows ExponentialDecay, so it cannot be set"
    for callback in (
        wing.callbacks.LearningRateScheduler(lambda epoch, rate: 0.1),
        wing.callbacks.ReduceLROnPlateau("loss", patience=1, min_delta=9.0),
    ):
        with pytest.raises(error, match=words):
            line(wing, callback, **decay)


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), None, "slow"])
def test_a_schedule_has_to_give_a_rate(rate):
    scheduler = SCRATCH.callbacks.LearningRateScheduler(lambda epoch, before: rate)
    with pytest.raises(ValueError, match="learning_rate must be a finite number above 0, received"):
        line(SCRATCH, scheduler)


@THOROUGH
def test_a_learner_takes_them_as_well(tmp_path):
    results = []
    for wing in WINGS:
        pairs = [list(zip(*part, strict=True)) for part in (DATA, VALIDATION)]
        loaders = tuple(wing.learner.DataLoader(part, batch_size=8) for part in pairs)
        path = tmp_path / f"{{epoch}}{wing.models.SUFFIX}"
        made = wing.callbacks
        scheduler = made.LearningRateScheduler(lambda epoch, rate: rate if epoch else 0.8)
        plateau = made.ReduceLROnPlateau(factor=0.5, patience=1, min_delta=0.005)
        best = made.ModelCheckpoint(path, save_best_only=True)
        early = made.EarlyStopping(patience=2, min_delta=0.02, start_from_epoch=1)
        watched = rates(wing)
        model = network(wing)
        optimizer = wing.learner.BasicOptimizer(model.trainable_weights, learning_rate=1.0)
        watching = [scheduler, plateau, best, early, watched, made.TerminateOnNaN()]
        learner = wing.learner.Learner(
            loaders, model, optimizer, "sparse_categorical_crossentropy", ["accuracy"], watching
        )
        history = learner.fit(12, verbose=0)
        names = sorted(file.stem for file in tmp_path.glob(f"*{wing.models.SUFFIX}"))
        facts = (names, len(history), early.best_epoch)
        numbers = [np.array(watched.steps), np.array(history.val_loss)]
        results.append((facts, [*numbers, *learner.model.get_weights()]))
    assert results[0][0] == results[1][0]
    assert 1 < len(results[0][0][0]) < results[0][0][1] < 12
    assert largest_difference(results[0][1], results[1][1]) <= CLOSE


# ReduceLROnPlateau, epoch by epoch


def reduced(wing, values, name="val_loss", rate=1.0, **options):
    """Feeds the callback a series; gives the rate after each epoch."""
    plateau = wing.callbacks.ReduceLROnPlateau(name, **options)
    optimizer = wing.optimizers.SGD(rate)
    if wing is KERAS:
        plateau.set_model(SimpleNamespace(optimizer=optimizer, metrics=[]))
    else:
        plateau.learner = SimpleNamespace(optimizer=optimizer)
    plateau.on_train_begin()
    found = []
    for epoch, value in enumerate(values):
        logs = {name: value}
        plateau.on_epoch_end(epoch, logs)
        assert logs["learning_rate"] == (found[-1] if found else rate)  # the epoch's own
        found.append(float(optimizer.learning_rate))
    return found


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"patience": 1}, [1, 0.5, 0.25, 0.125, 0.0625, 0.03125]),
        ({"patience": 2}, [1, 1, 0.5, 0.5, 0.25, 0.25]),
        ({"patience": 1, "cooldown": 1}, [1, 0.5, 0.25, 0.125, 0.0625, 0.03125]),
        ({"patience": 1, "cooldown": 2}, [1, 0.5, 0.5, 0.25, 0.25, 0.125]),
        ({"patience": 2, "cooldown": 2}, [1, 1, 0.5, 0.5, 0.5, 0.25]),
        ({"patience": 1, "min_lr": 0.375}, [1, 0.5, 0.375, 0.375, 0.375, 0.375]),
        ({"patience": 1, "factor": 0.25}, [1, 0.25, 0.0625, 0.015625, 0.00390625, 0.0009765625]),
    ],
)
def test_a_loss_that_stays_has_the_rate_reduced(wing, options, expected):
    assert reduced(wing, [1.0] * 6, **({"factor": 0.5} | options)) == expected


def test_a_change_has_to_be_larger_than_min_delta(wing):
    falls = [1.0, 0.75, 0.5, 0.25, 0.0]
    options = {"factor": 0.5, "patience": 1}
    assert reduced(wing, falls, min_delta=0.125, **options) == [1.0] * 5
    assert reduced(wing, falls, min_delta=0.25, **options) == [1, 0.5, 0.5, 0.25, 0.25]
    assert reduced(wing, falls, min_delta=0.125, mode="max", **options)[-1] == 0.0625


@needs_keras("3.11", "a first value of NaN was no improvement")
@settings(max_examples=40)
@given(
    values=st.lists(
        st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, float("nan")]), min_size=1, max_size=9
    ),
    options=st.fixed_dictionaries(
        {
            "mode": st.sampled_from(["auto", "min", "max"]),
            "factor": st.sampled_from([0.25, 0.5]),
            "patience": st.integers(0, 3),
            "cooldown": st.integers(0, 3),
            "min_delta": st.sampled_from([0, 0.25, -0.25]),
            "min_lr": st.sampled_from([0.0, 0.125, 2.0]),
        }
    ),
)
def test_a_plateau_is_found_as_keras_finds_it(values, options):
    assert reduced(SCRATCH, values, **options) == reduced(KERAS, values, **options)


def test_what_is_not_in_the_logs_is_said(wing):
    plateau = "not available" if wing is KERAS else "no 'val_loss' to monitor, only: loss"
    with pytest.warns(UserWarning, match=plateau):
        line(wing, wing.callbacks.ReduceLROnPlateau(), epochs=1)


# EarlyStopping


def stopped(wing, values, **options):
    early = wing.callbacks.EarlyStopping("loss", **options)
    own = early.learner = SimpleNamespace(stop_training=False)
    if wing is KERAS:
        early.set_model(own)
    early.on_train_begin()
    for epoch, value in enumerate(values):
        early.on_epoch_end(epoch, {"loss": value})
        if own.stop_training:
            break
    early.on_train_end()
    return early.stopped_epoch, early.best_epoch


def test_early_stopping_has_a_baseline_and_a_first_epoch(wing, capsys):
    falls = [1.0, 0.75, 0.5, 0.25, 0.0, 0.5, 0.5]
    assert stopped(wing, falls, patience=1) == (5, 4)
    assert stopped(wing, falls, patience=2) == (6, 4)
    assert stopped(wing, falls, patience=2, baseline=-1.0) == (5, 4)  # patience was lost before
    assert stopped(wing, falls, patience=2, baseline=0.125) == (6, 4)
    assert stopped(wing, falls, patience=1, start_from_epoch=5) == (6, 5)
    assert not capsys.readouterr().out
    stopped(wing, falls, patience=1, verbose=1)
    assert capsys.readouterr().out == "Epoch 6: early stopping\n"


@given(
    values=st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=9),
    options=st.fixed_dictionaries(
        {
            "baseline": st.sampled_from([None, 0.25, 0.5]),
            "start_from_epoch": st.integers(0, 3),
            "patience": st.integers(0, 3),
            "min_delta": st.sampled_from([0, 0.25]),
        }
    ),
)
def test_early_stopping_with_them_decides_as_keras_does(values, options):
    assert stopped(SCRATCH, values, **options) == stopped(KERAS, values, **options)


def averaging(wing):
    """An optimizer that ends a training run with the averages of the weights."""
    keras.config.set_floatx("float64")
    try:
        return wing.optimizers.SGD(0.8, use_ema=True, ema_momentum=0.5)
    finally:
        keras.config.set_floatx("float32")


@THOROUGH
@pytest.mark.parametrize("restore", [True, False])
def test_the_best_weights_come_after_the_averages(restore):
    """Keras sets the averages first, then calls the callbacks: what is restored stays."""
    results = []
    for wing in WINGS:
        early = wing.callbacks.EarlyStopping(patience=2, restore_best_weights=restore)
        how = {"optimizer": averaging(wing), "learning_rate": None, "epochs": 9}
        model, history = train(wing, early, **how)
        measured = wing.training.evaluate(model, *VALIDATION)["loss"]
        assert (measured == pytest.approx(history.val_loss[early.best_epoch])) is restore
        results.append(model.get_weights())
    assert largest_difference(*results) <= CLOSE


@THOROUGH
def test_averages_come_at_the_end_of_a_resumed_training_only(wing, tmp_path):
    """Keras's `fit` ends with them, and a training run resumed within an epoch takes two `fit`s."""
    how = {"learning_rate": None, "epochs": 3}
    whole, _ = train(wing, optimizer=averaging(wing), **how)
    how["checkpoints"] = wing.checkpoints.Checkpoints(tmp_path, every=1)
    with pytest.raises(InterruptedError):
        train(wing, KilledAt(5), optimizer=averaging(wing), **how)
    parts, _ = train(wing, optimizer=averaging(wing), resume=True, **how)
    assert largest_difference(whole.get_weights(), parts.get_weights()) == 0


@THOROUGH
def test_a_learner_ends_with_the_averages_as_well():
    results = []
    for wing in WINGS:
        model, pairs = network(wing), list(zip(*DATA, strict=True))
        loaders = wing.learner.DataLoader(pairs, batch_size=8), None
        learner = wing.learner.Learner(
            loaders, model, averaging(wing), "sparse_categorical_crossentropy"
        )
        for _ in range(2):
            learner.fit(2, verbose=0)
        results.append(model.get_weights())
    assert largest_difference(*results) <= CLOSE


# ModelCheckpoint


SERIES = [0.5, 0.75, 0.25, float("nan"), 0.25, 0.125]


def saved(wing, folder, name="{epoch:02d}-{val_loss:.2f}", values=SERIES, **options):
    """Feeds the callback a series; gives the names of what it saves, and the callback."""
    ending = (
        (".weights.h5" if wing is KERAS else ".weights.npz")
        if (options.get("save_weights_only"))
        else wing.models.SUFFIX
    )
    callback = wing.callbacks.ModelCheckpoint(folder / f"{name}{ending}", **options)
    model = wing.linear_regression.build_linear_regression(1)
    if wing is KERAS:
        callback.set_model(model)
    else:
        callback.learner = SimpleNamespace(network=model)
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        model.set_weights([np.array([[float(epoch)]]), np.zeros(1)])
        callback.on_epoch_begin(epoch)
        callback.on_epoch_end(epoch, {"loss": 1.0, "val_loss": value})
    files = sorted(folder.iterdir())
    assert all(file.name.endswith(ending) for file in files)
    return [file.name.removesuffix(ending) for file in files], files, callback


ALL = ["01-0.50", "02-0.75", "03-0.25", "04-nan", "05-0.25", "06-0.12"]


@pytest.mark.parametrize(
    ("options", "epochs"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"save_best_only": True}, [1, 3, 6]),
        ({"save_best_only": True, "mode": "max"}, [1, 2]),
        ({"save_best_only": True, "initial_value_threshold": 0.25}, [6]),
        ({"save_best_only": True, "initial_value_threshold": 0.0}, []),
        ({"save_best_only": True, "monitor": "loss"}, [1]),
        ({"save_weights_only": True, "save_best_only": True}, [1, 3, 6]),
    ],
)
def test_the_files_are_those_of_the_epochs_to_be_saved(wing, options, epochs, tmp_path):
    names, _, _ = saved(wing, tmp_path, **options)
    assert names == [ALL[epoch - 1] for epoch in epochs]


def test_one_name_keeps_the_best_model(wing, tmp_path):
    names, [file], callback = saved(wing, tmp_path, "best", save_best_only=True)
    assert names == ["best"]
    assert callback.best == 0.125
    assert wing.models.load_model(file).get_weights()[0] == 5.0


def test_weights_alone_can_be_read(wing, tmp_path):
    _, [file], _ = saved(wing, tmp_path, "best", save_best_only=True, save_weights_only=True)
    model = wing.linear_regression.build_linear_regression(1)
    if wing is KERAS:
        model.load_weights(file)
    else:
        model.set_weights([*np.load(file).values()])
    assert model.get_weights()[0] == 5.0


@needs_keras("3.13", "ModelCheckpoint said less, and 'improved from inf'")
@pytest.mark.parametrize("save_best_only", [True, False])
def test_what_is_saved_is_printed_in_the_same_words(save_best_only, tmp_path, capsys):
    said = []
    for wing in WINGS:
        folder = tmp_path / wing.name
        saved(wing, folder, save_best_only=save_best_only, verbose=1)
        printed = capsys.readouterr().out
        said.append(printed.replace(str(folder), "").replace(wing.models.SUFFIX, ""))
    assert said[0] == said[1]
    assert said[0].count("finished saving model to /") == (3 if save_best_only else 6)


SAVES = needs_keras("3.10", "ModelCheckpoint saved nothing without the value")


@pytest.mark.parametrize("wing", ["scratch", pytest.param("keras", marks=SAVES)], indirect=True)
def test_without_the_value_it_warns_and_saves(wing, tmp_path):
    words = "Can save best" if wing is KERAS else "no 'accuracy' to monitor, only: loss, val_loss"
    how = {"monitor": "accuracy", "mode": "max", "save_best_only": True, "values": SERIES[:2]}
    with pytest.warns(UserWarning, match=words):
        assert saved(wing, tmp_path, **how)[0] == ALL[:2]


@pytest.mark.parametrize("name", ["{acuracy}", "{}", "{loss:d}", "{loss.real.size}"])
def test_a_name_in_braces_has_to_be_in_the_logs(name, tmp_path):
    with pytest.raises(ValueError, match=r"cannot be filled in .* one of loss, val_loss, epoch"):
        saved(SCRATCH, tmp_path, name)


@SCRATCH_FIRST
def test_the_best_value_is_kept_from_fit_to_fit(wing, tmp_path):
    """As Keras keeps it: a worse second training run leaves the file alone."""
    path = tmp_path / f"best{wing.models.SUFFIX}"
    best = wing.callbacks.ModelCheckpoint(path, "loss", save_best_only=True)
    line(wing, best, epochs=2)
    before, content = best.best, path.read_bytes()
    line(wing, best, epochs=1)
    assert (best.best, path.read_bytes()) == (before, content)


# TerminateOnNaN


def grows(wing, epoch=2, rate=1e200):
    """A callback that raises the rate so far that the loss is not finite soon."""
    return wing.callbacks.LearningRateScheduler(lambda e, _: rate if e >= epoch else 0.01)


@pytest.mark.parametrize("execution", EXECUTIONS)
def test_a_training_that_diverges_ends_quietly_at_that_batch(execution, capsys):
    seen = []
    for wing in WINGS:
        reported = Reported()
        history = line(
            wing,
            reported,
            grows(wing),
            wing.callbacks.TerminateOnNaN(),
            epochs=9,
            execution=execution,
        )
        assert not np.isfinite(history.loss[-1])
        assert np.isfinite(history.loss[:-1]).all()
        assert len(history) == len(reported.logs) == 3
        seen.append((reported.batches, capsys.readouterr().out))
    assert seen[0] == seen[1]
    assert seen[0] == ([0, 1, 2] * 2 + [0, 1], "Batch 1: Invalid loss, terminating training\n")


@THOROUGH
def test_it_is_said_once_of_a_slice_of_an_epoch(wing, capsys):
    """Here of two batches in one program: both have a loss that is not finite."""
    how = {"batch_size": 1, "execution": "epoch", "epochs": 9}
    history = line(wing, grows(wing, rate=1e140), wing.callbacks.TerminateOnNaN(), **how)
    assert len(history) == 3
    batch = 3 if wing is KERAS else 2  # Keras's hook is called once, with the last of the slice
    assert capsys.readouterr().out == f"Batch {batch}: Invalid loss, terminating training\n"


@THOROUGH
def test_without_it_a_training_that_diverges_raises(wing):
    with pytest.raises(DivergenceError, match="the loss is inf in epoch 3, step 2"):
        line(wing, grows(wing), epochs=9)
    with pytest.raises(RuntimeError, match=r"NaN or Inf loss encountered at batch 1. Loss value: "):
        line(wing, grows(wing), wing.callbacks.TerminateOnNaN(raise_error=True), epochs=9)


@KERAS_FIRST
def test_a_learner_ends_quietly_as_well(wing, capsys):
    model = wing.linear_regression.build_linear_regression(4, dtype="float64")
    pairs = list(zip(DATA[0], DATA[0][:, :1], strict=True))
    loader = wing.learner.DataLoader(pairs, batch_size=8)
    watching = [grows(wing), wing.callbacks.TerminateOnNaN()]
    learner = wing.learner.Learner((loader, None), model, "sgd", "mean_squared_error", (), watching)
    history = learner.fit(9, verbose=0)
    assert len(history) == 3
    assert np.isfinite(history.loss).tolist() == [True, True, False]
    assert capsys.readouterr().out == "Batch 1: Invalid loss, terminating training\n"


@SCRATCH_FIRST
@pytest.mark.parametrize("rate", [1e200, 1.7e308])  # the loss is not finite, or the weights before
def test_the_last_good_checkpoint_is_kept(wing, rate, tmp_path, saves_each_epoch):
    checkpoints = wing.checkpoints.Checkpoints(tmp_path)
    watching = grows(wing, rate=rate), wing.callbacks.TerminateOnNaN()
    how = {"batch_size": 24} if rate > 1e300 else {}
    history = line(wing, *watching, epochs=9, checkpoints=checkpoints, **how)
    assert len(history) == (4 if rate > 1e300 else 3)
    assert read_manifest(tmp_path)["epoch"] == 2
    history = line(
        wing,
        wing.callbacks.LearningRateScheduler(lambda epoch, rate: 0.01),
        epochs=4,
        checkpoints=checkpoints,
        resume=True,
        **how,
    )
    assert len(history) == 4
    assert np.isfinite(history.loss).all()


# CSVLogger


LOGS = [
    {"loss": 0.1, "accuracy": 1 / 3, "seconds": 1.5, "examples_per_second": 20.0},
    {"loss": 1e-20, "accuracy": 1.0, "seconds": 0.5, "examples_per_second": 60.0},
    {"loss": float("nan"), "seconds": 0.5, "new": 3.0},
]


def write(logger, logs):
    logger.on_train_begin()
    for epoch, values in enumerate(logs):
        logger.on_epoch_end(epoch, dict(values))
        with open(logger.filename, newline="") as file:
            text = file.read()
        assert text.endswith("\r\n")  # whole lines, at once
        assert text.splitlines()[-1].startswith(str(epoch))
    logger.on_train_end()


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("validated", [True, False])
def test_the_file_is_the_same_byte_for_byte(separator, validated, tmp_path):
    """And the one that Keras's own class writes of the logs that Keras's own fit gives."""
    val = {"val_loss": 0.7} if validated else {}
    logs = [values | val for values in LOGS]
    bare = [
        {name: value for name, value in values.items() if "second" not in name} for values in logs
    ]
    written = []
    for maker, fed in (
        (KERAS.callbacks.CSVLogger, logs),
        (SCRATCH.callbacks.CSVLogger, logs),
        (keras.callbacks.CSVLogger, bare),
    ):
        path = tmp_path / f"{len(written)}.csv"
        write(maker(path, separator), fed)
        write(maker(path, separator), fed)  # begins anew
        write(maker(path, separator, append=True), fed[:2])  # goes on, with one header
        written.append(path.read_bytes())
    assert written[0] == written[1] == written[2]
    assert written[0].count(b"epoch") == 1
    assert written[0].count(b"\r\n") == 6
    assert (b"NA" in written[0]) is True
    assert (b"val_accuracy" in written[0]) is not validated


@KERAS_FIRST
def test_the_file_has_the_columns_of_keras_own_fit(wing, tmp_path):
    line(wing, wing.callbacks.CSVLogger(tmp_path / "ours.csv"), epochs=2)
    model = KERAS.linear_regression.build_linear_regression(4)
    model.compile("sgd", "mean_squared_error")
    theirs = keras.callbacks.CSVLogger(tmp_path / "theirs.csv")
    model.fit(DATA[0], DATA[0][:, :1], epochs=2, verbose=0, callbacks=[theirs])
    headers = [
        (tmp_path / f"{name}.csv").read_text().splitlines()[0] for name in ("ours", "theirs")
    ]
    assert headers[0] == headers[1] == "epoch,loss,val_loss"


# A training run that is resumed


@SCRATCH_FIRST
def test_a_resumed_training_goes_on_with_rate_and_table(wing, tmp_path, saves_each_epoch):
    def watching(name, append=False):
        plateau = wing.callbacks.ReduceLROnPlateau(factor=0.5, patience=1, min_delta=9.0)
        return plateau, wing.callbacks.CSVLogger(tmp_path / name, append=append), rates(wing)

    folder = tmp_path / "saved"
    checkpoints = wing.checkpoints.Checkpoints(folder)
    train(wing, *watching("parts.csv"), epochs=3, checkpoints=checkpoints)
    parts = watching("parts.csv", append=True)
    train(wing, *parts, epochs=5, checkpoints=checkpoints, resume=True)
    assert parts[-1].steps == (0.2,) * 6  # not 0.8; the patience is whole again
    rows = (tmp_path / "parts.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["epoch", "0", "1", "2", "3", "4"]
    assert [float(row.split(",")[2]) for row in rows[1:]] == [0.8, 0.8, 0.4, 0.2, 0.2]


@THOROUGH
def test_a_schedule_of_epochs_resumes_where_it_was(wing, tmp_path, saves_each_epoch):
    def scheduler():
        return wing.callbacks.LearningRateScheduler(lambda epoch, rate: 0.8 / (epoch + 1))

    checkpoints = wing.checkpoints.Checkpoints(tmp_path)
    train(wing, scheduler(), epochs=2, checkpoints=checkpoints)
    model, history = train(wing, scheduler(), epochs=4, checkpoints=checkpoints, resume=True)
    whole, expected = train(wing, scheduler(), epochs=4)
    assert history.val_loss == expected.val_loss
    assert largest_difference(model.get_weights(), whole.get_weights()) == 0


def test_a_training_resumed_within_an_epoch_may_end_with_that_epoch(wing, tmp_path):
    after = Reported()
    checkpoints = wing.checkpoints.Checkpoints(tmp_path, every=1)
    with pytest.raises(InterruptedError):
        line(wing, KilledAt(5), epochs=4, checkpoints=checkpoints)
    assert read_manifest(tmp_path)["step"] == 1  # of the second epoch
    resumed = {"checkpoints": checkpoints, "resume": True, "epochs": 4}
    history = line(wing, stop_after(wing, 1), after, **resumed)
    assert (after.batches, len(after.logs), len(history)) == ([1, 2], 1, 2)
    assert after.num_ends == 1
