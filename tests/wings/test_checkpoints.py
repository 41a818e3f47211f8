"""A run that is stopped anywhere resumes, and ends with the same bits as without the stop."""

import os
import re
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.shortcuts import save_pictures_undrawn
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

import kerasfoundations
from kerasfoundations import runs
from kerasfoundations.data import BatchGenerator
from kerasfoundations.loop import checkpoint_files
from kerasfoundations.loop.checkpoint_files import CheckpointError, CheckpointNotSavedError
from kerasfoundations.loop.divergence import DivergenceError, NotFiniteError, check_weights
from kerasfoundations.loop.history import Callback, History, Position
from kerasfoundations.system import signals

ROOT = Path(kerasfoundations.__file__).parent.parent
MODES = ("eager", "graph", "xla", "epoch")
BITS = ("loss", "accuracy", "val_loss", "val_accuracy")  # seconds are measured, not computed
BATCH, SAMPLES = 17, 52  # 4 batches an epoch, the last one of a single sample


class StoppedError(Exception):
    """Ends a training run as if the process were killed: nothing else is done."""


class StopAt(Callback):
    """Ends a training run in the middle of an epoch, however many steps a call takes."""

    def __init__(self, epoch, batch, how=StoppedError):
        self.at, self.how = (epoch, batch), how

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self.epoch, batch) >= self.at:
            if isinstance(self.how, int):
                signal.raise_signal(self.how)
                self.at = (99, 99)
            else:
                raise self.how


@pytest.fixture
def data(rng):
    x = rng.normal(size=(SAMPLES, 6)).astype("float32")
    return x, (x.sum(axis=1) > 0).astype("int64")


def mlp(wing, **changed):
    arguments = {"num_features": 6, "num_classes": 2, "seed": 0} | changed
    return wing.mlp.build_mlp(arguments.pop("hidden_units", (5,)), **arguments)


def random_and_normalized(wing):
    """Dropout, whose masks continue, and batch normalization, whose averages do not learn."""
    layers = wing.layers
    if wing is KERAS:
        return keras.Sequential(
            [
                keras.Input((6,)),
                keras.layers.Dense(5, "relu"),
                keras.layers.BatchNormalization(),
                keras.layers.Dropout(0.5, seed=3),
                keras.layers.Dense(2, "softmax"),
            ]
        )
    return wing.models.NaiveSequential(
        [
            layers.NaiveDense(6, 5, "relu"),
            layers.NaiveBatchNormalization(5),
            layers.NaiveDropout(0.5, seed=3),
            layers.NaiveDense(5, 2, "softmax"),
        ]
    )


def fit(wing, data, model=None, epochs=2, **settings):
    model = model or mlp(wing)
    settings = {"batch_size": BATCH, "verbose": 0} | settings
    return model, wing.training.fit(model, *data, epochs=epochs, **settings)


def assert_same_bits(first, second):
    for one, other in zip(first[0].get_weights(), second[0].get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    for name in BITS:
        assert getattr(first[1], name) == getattr(second[1], name), name
    assert len(first[1].seconds) == len(second[1].seconds)


@pytest.mark.parametrize(
    "execution",
    sampled(["graph", "eager", "epoch", "xla"], every=4),
)
def test_a_training_stopped_within_an_epoch_resumes_bit_for_bit(wing, data, tmp_path, execution):
    saving = wing.checkpoints.Checkpoints
    settings = {"execution": execution, "optimizer": "adam"}
    if execution == "graph":
        settings["validation_data"] = data
    stop = {"callbacks": [StopAt(1, 2)], "checkpoints": saving(tmp_path, every=2)}
    with pytest.raises(StoppedError):
        fit(wing, data, **settings, **stop)
    found = checkpoint_files.read_manifest(tmp_path)
    assert (found["epoch"], found["step"]) == (1, 2)
    again = fit(wing, data, checkpoints=saving(tmp_path), resume=True, **settings)
    assert_same_bits(again, fit(wing, data, **settings))


def test_the_clock_of_a_resumed_epoch_continues_from_the_saved_seconds(
    wing, data, tmp_path, monkeypatch
):
    class Clock:
        now = 0.0

        def perf_counter(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr("kerasfoundations.loop.history.time", clock)

    class Ticks(Callback):
        def on_train_batch_begin(self, batch, logs=None):
            clock.now += 10.0

    def saving():
        return wing.checkpoints.Checkpoints(tmp_path / "checkpoint", every=1)

    with pytest.raises(StoppedError):
        fit(wing, data, callbacks=[Ticks(), StopAt(1, 2)], checkpoints=saving())
    clock.now += 5000.0  # nobody trains
    _, history = fit(wing, data, callbacks=[Ticks()], checkpoints=saving(), resume=True)
    assert history.seconds == [40.0, 40.0]  # four batches an epoch, two of them before the stop


@THOROUGH
def test_dropout_and_moving_averages_also_resume(wing, data, tmp_path):
    def made():
        keras.utils.set_random_seed(0)
        model = random_and_normalized(wing)
        model.set_weights(start)
        return model

    start = random_and_normalized(wing).get_weights()
    saving = wing.checkpoints.Checkpoints
    stop = {"callbacks": [StopAt(1, 2)], "checkpoints": saving(tmp_path, every=2)}
    with pytest.raises(StoppedError):
        fit(wing, data, made(), **stop)
    again = fit(wing, data, made(), checkpoints=saving(tmp_path), resume=True)
    assert_same_bits(again, fit(wing, data, made()))


@THOROUGH
def test_a_callback_sees_the_rest_of_one_training(wing, data, tmp_path):
    class Told(Callback):
        def __init__(self):
            self.hooks = []

        def on_train_begin(self, logs=None):
            self.hooks.append("begin")

        def on_epoch_begin(self, epoch, logs=None):
            self.hooks.append(f"epoch {epoch}")

        def on_train_batch_end(self, batch, logs=None):
            self.hooks.append(batch)

        def on_train_end(self, logs=None):
            self.hooks.append("end")

    saving = wing.checkpoints.Checkpoints
    stop = {"callbacks": [StopAt(0, 2)], "checkpoints": saving(tmp_path, every=2)}
    with pytest.raises(StoppedError):
        fit(wing, data, epochs=2, **stop)
    told = Told()
    how = {"callbacks": [told], "checkpoints": saving(tmp_path), "resume": True}
    fit(wing, data, epochs=2, **how)
    assert told.hooks == ["begin", "epoch 0", 2, 3, "epoch 1", *range(4), "end"]


@THOROUGH
def test_a_finished_training_continues_for_more_epochs_but_not_for_fewer(wing, data, tmp_path):
    saving = wing.checkpoints.Checkpoints
    fit(wing, data, epochs=2, checkpoints=saving(tmp_path))
    same = fit(wing, data, epochs=2, checkpoints=saving(tmp_path), resume=True)
    assert_same_bits(same, fit(wing, data, epochs=2))  # nothing was left to do
    longer = fit(wing, data, epochs=4, checkpoints=saving(tmp_path), resume=True)
    assert_same_bits(longer, fit(wing, data, epochs=4))
    with pytest.raises(ValueError, match=r"received epochs=3, but .* stands after epoch 4"):
        fit(wing, data, epochs=3, checkpoints=saving(tmp_path), resume=True)


@THOROUGH
def test_without_a_checkpoint_the_training_starts_from_the_beginning(wing, data, tmp_path):
    saving = wing.checkpoints.Checkpoints(tmp_path / "new")
    assert_same_bits(fit(wing, data, checkpoints=saving, resume=True), fit(wing, data))
    with pytest.raises(ValueError, match="resume=True without checkpoints"):
        fit(wing, data, resume=True)


@THOROUGH
def test_only_the_last_checkpoint_is_kept_and_other_folders_are_refused(wing, data, tmp_path):
    folder = tmp_path / "saved"
    fit(wing, data, epochs=2, checkpoints=wing.checkpoints.Checkpoints(folder, every=2))
    (folder / "epoch-1-step-2.half-written").write_text("by a process that was killed")
    fit(wing, data, epochs=2, checkpoints=wing.checkpoints.Checkpoints(folder))
    assert {path.name.split(".")[0] for path in folder.iterdir()} == {
        *("checkpoint", "epoch-2-step-0")
    }
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ValueError, match="found a folder with other files in it"):
        wing.checkpoints.Checkpoints(tmp_path)
    with pytest.raises(ValueError, match="found a file"):
        wing.checkpoints.Checkpoints(tmp_path / "letter.txt")
    for every in (0, -1, 1.5, True, "often"):
        with pytest.raises(ValueError, match="every must be a whole number"):
            wing.checkpoints.Checkpoints(tmp_path / "new", every=every)


@THOROUGH
@pytest.mark.parametrize(
    ("changed", "said"),
    sampled(
        [
            ({"model": {"hidden_units": (4,)}}, r"layer 1 is .* in it, expected "),
            ({"model": {"hidden_units": ()}}, r"number of layers is 2 in it, expected 1"),
            ({"model": {"l2": 0.1}}, r"layer 1 is .* in it, expected "),
            ({"model": {"dtype": "float64"}}, "dtype is float32 in it, expected float64"),
            ({"optimizer": "sgd"}, "optimizer.name is RMSprop in it, expected SGD"),
            ({"batch_size": 20}, "batch_size is 17 in it, expected 20"),
            ({"data": 1}, r"data is \(52, 6\) float32 .* in it, expected \(52, 6\) float32"),
            ({"execution": "xla"}, "execution is graph in it, expected xla"),
            ({"version": "0.0.1"}, "tensorflow is 0.0.1 in it, expected 2"),
            ({"seed": 1}, "seed is 0 in it, expected 1"),
        ],
        every=4,
    ),
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_checkpoint_of_another_training_is_refused(wing, data, tmp_path, changed, said):
    changed = dict(changed)
    with pytest.MonkeyPatch.context() as patch:
        if version := changed.pop("version", None):
            versions = checkpoint_files.current_versions() | {"tensorflow": version}
            patch.setattr(checkpoint_files, "current_versions", lambda: versions)
        fit(wing, data, epochs=1, checkpoints=wing.checkpoints.Checkpoints(tmp_path))
    if changed.pop("data", None):
        data = data[0] + np.float32(1), data[1]
    model = mlp(wing, **changed.pop("model", {}))
    before = model.get_weights()
    saving = wing.checkpoints.Checkpoints(tmp_path)
    with pytest.raises(CheckpointError, match=said):
        fit(wing, data, model, checkpoints=saving, resume=True, **changed)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_other_wing_is_refused(data, tmp_path):
    fit(KERAS, data, epochs=1, checkpoints=KERAS.checkpoints.Checkpoints(tmp_path))
    saving = SCRATCH.checkpoints.Checkpoints(tmp_path)
    with pytest.raises(CheckpointError, match="wing is keras in it, expected scratch"):
        fit(SCRATCH, data, checkpoints=saving, resume=True)
    with pytest.raises(ValueError, match="made by the wing's checkpoints"):
        fit(SCRATCH, data, checkpoints=KERAS.checkpoints.Checkpoints(tmp_path))


@THOROUGH
def test_a_training_may_resume_with_another_learning_rate(wing, data, tmp_path):
    def saving():
        return wing.checkpoints.Checkpoints(tmp_path)

    fit(wing, data, epochs=1, learning_rate=0.01, checkpoints=saving())
    model, history = fit(
        wing, data, epochs=2, learning_rate=1e-12, checkpoints=saving(), resume=True
    )
    one_epoch, _ = fit(wing, data, epochs=1, learning_rate=0.01)
    for one, other in zip(model.get_weights(), one_epoch.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)
    assert len(history) == 2


@THOROUGH
def test_a_checkpoint_of_an_earlier_version_of_the_package_is_resumed(wing, data, tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        versions = checkpoint_files.current_versions() | {"kerasfoundations": "0.0.1"}
        patch.setattr(checkpoint_files, "current_versions", lambda: versions)
        fit(wing, data, epochs=1, checkpoints=wing.checkpoints.Checkpoints(tmp_path))
    saving = wing.checkpoints.Checkpoints(tmp_path)
    model, _ = fit(wing, data, epochs=2, checkpoints=saving, resume=True)
    unbroken, _ = fit(wing, data, epochs=2)
    for one, other in zip(model.get_weights(), unbroken.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "fault", sampled(["flipped", "cut short", "gone", "not JSON", "another format"], every=4)
)
def test_a_damaged_checkpoint_is_refused(wing, data, tmp_path, fault):
    with pytest.MonkeyPatch.context() as patch:
        if fault == "another format":
            patch.setattr(checkpoint_files, "FORMAT", 99)
        fit(wing, data, epochs=1, checkpoints=wing.checkpoints.Checkpoints(tmp_path))
    manifest = tmp_path / checkpoint_files.MANIFEST
    files = sorted(tmp_path.glob("epoch-*"))
    if fault == "another format":
        damaged = [(manifest, manifest.read_bytes(), "the format is 99, expected 1")]
    elif fault == "not JSON":
        damaged = [(manifest, b"[" * 100_000, "cannot be read"), (manifest, b"", "cannot be read")]
    else:
        damaged = []
        for file in [*files, manifest]:
            good = file.read_bytes()
            flipped = bytearray(good)
            flipped[len(flipped) // 2] ^= 1
            bad = {"flipped": bytes(flipped), "cut short": good[:-9], "gone": None}[fault]
            damaged.append((file, bad, "checksum mismatch|cannot be read"))
    for file, bad, said in damaged:
        good = file.read_bytes()
        if bad is None:
            if file == manifest:
                continue  # nothing is saved then
            file.unlink()
        else:
            file.write_bytes(bad)
        saving = wing.checkpoints.Checkpoints(tmp_path)
        with pytest.raises(CheckpointError, match=said) as raised:
            fit(wing, data, epochs=2, checkpoints=saving, resume=True)
        assert str(file) in str(raised.value)
        if file == manifest:
            assert saving.kept() == ""  # a checkpoint that cannot be resumed is not said to be kept
        file.write_bytes(good)
    if fault != "another format":
        fit(wing, data, epochs=2, checkpoints=wing.checkpoints.Checkpoints(tmp_path), resume=True)


@contextmanager
def small_files(most):
    """Imitate a full disk: no file of this process can grow beyond that many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@THOROUGH
@pytest.mark.parametrize("most", sampled([4_000, 0]))
def test_a_full_disk_leaves_the_previous_checkpoint_intact(wing, data, tmp_path, most):
    class FillUp(Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                self.full = small_files(most)
                self.full.__enter__()

    full = FillUp()

    def model():
        return mlp(wing, hidden_units=(400,))  # weights of 13 kB, and as much that RMSprop keeps

    saving = wing.checkpoints.Checkpoints(tmp_path)
    try:
        with pytest.raises(CheckpointNotSavedError, match=r"cannot save a checkpoint .*epoch 1"):
            fit(wing, data, model(), checkpoints=saving, callbacks=[full])
    finally:
        full.full.__exit__(None, None, None)
    assert checkpoint_files.read_manifest(tmp_path)["epoch"] == 1
    saving = wing.checkpoints.Checkpoints(tmp_path)
    again = fit(wing, data, model(), checkpoints=saving, resume=True)
    assert_same_bits(again, fit(wing, data, model()))
    assert len([p for p in tmp_path.iterdir() if p.name.startswith("epoch-")]) <= 2


@THOROUGH
@pytest.mark.parametrize("wing", sampled(["scratch", "keras"]))
def test_a_full_disk_leaves_the_previous_results_intact(wing, tmp_path, run_here, monkeypatch):
    save_pictures_undrawn(monkeypatch)
    words = f"train {wing} --data sample --model softmax --target 0 --quiet --out here"
    assert run_here(f"{words} --epochs 1").returncode == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "here").iterdir()}
    save = runs.save_run

    def without_room(*arguments, **settings):
        with small_files(10_000):  # the model has 31 kB
            return save(*arguments, **settings)

    monkeypatch.setattr(runs, "save_run", without_room)
    done = run_here(f"{words} --epochs 2")
    assert done.returncode == 2
    assert re.fullmatch(
        r"error: .*here: cannot be written to \(File too large\): make room and try again; "
        r"what was there before is unchanged\.\n",
        done.stderr,
    )
    after = {path.name: path for path in (tmp_path / "here").iterdir()}
    assert after.pop("checkpoint").is_dir()  # from which the results can be written
    assert {name: path.read_bytes() for name, path in after.items()} == before
    monkeypatch.setattr(runs, "save_run", save)
    assert run_here(f"{words} --resume").returncode == 0
    assert runs.load_metrics(tmp_path / "here")["epochs"] == 2


@pytest.mark.parametrize(
    ("execution", "asked"), sampled([("graph", signal.SIGINT), ("epoch", signal.SIGTERM)])
)
def test_ctrl_c_saves_after_the_running_step(wing, data, tmp_path, execution, asked, capfd):
    saving = wing.checkpoints.Checkpoints
    before = signal.getsignal(asked)
    how, stop = {"execution": execution}, StopAt(1, 1, how=int(asked))
    with pytest.raises(signals.TrainingInterrupted) as raised:
        fit(wing, data, checkpoints=saving(tmp_path), callbacks=[stop], **how)
    assert raised.value.signal_number == asked
    assert re.search(r"stopped in epoch 2, after step \d; saved in .*: resume", str(raised.value))
    places = {"graph": "after the current step", "epoch": "when its compiled part is done"}
    assert re.search(rf"stopping .*{places[execution]} \(once", capfd.readouterr().err)
    assert signal.getsignal(asked) is before
    again = fit(wing, data, checkpoints=saving(tmp_path), resume=True, **how)
    assert_same_bits(again, fit(wing, data, **how))


def test_a_second_ctrl_c_stops_at_once():
    with signals.Interruption():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@THOROUGH
@pytest.mark.parametrize("execution", sampled(MODES))
def test_a_non_finite_loss_ends_the_training(wing, data, tmp_path, execution):
    """The target is a quantity: the loss grows by a factor at each step, and finally overflows."""
    x = data[0]
    y = x[:, :1] * 1e3
    model = mlp(wing, hidden_units=(), num_classes=1, output_activation=None)
    saving = wing.checkpoints.Checkpoints(tmp_path)
    words = (
        r"diverged: the loss is (nan|inf) in epoch (\d+), steps? .*Lower the learning rate: it was "
        r"3, try 0.3 first\. The checkpoint (after epoch|before the first)"
    )
    settings = {"optimizer": "sgd", "learning_rate": 3.0, "loss": "mse", "execution": execution}
    with pytest.raises(DivergenceError, match=words) as raised:
        fit(wing, (x, y), model, epochs=20, checkpoints=saving, **settings)
    in_epoch = int(re.search(r"in epoch (\d+)", str(raised.value))[1])
    kept = checkpoint_files.read_manifest(tmp_path)
    assert kept["epoch"] <= in_epoch - 1
    # Where saving is slower than an epoch, the checkpoint before the first may be the last.
    assert np.isfinite(kept["history"].get("loss", [])).all()
    again = mlp(wing, hidden_units=(), num_classes=1, output_activation=None)
    settings["learning_rate"] = 1e-12
    saving = wing.checkpoints.Checkpoints(tmp_path)
    fit(wing, (x, y), again, epochs=in_epoch, checkpoints=saving, resume=True, **settings)
    assert np.isfinite(again.get_weights()[0]).all()


@THOROUGH
def test_both_wings_name_the_same_step(data):
    x = data[0]
    y = x[:, :1] * 1e3
    said = set()
    for wing in (KERAS, SCRATCH):
        model = mlp(wing, hidden_units=(), num_classes=1, output_activation=None, dtype="float64")
        model.set_weights([np.ones((6, 1)), np.zeros(1)])
        settings = {"optimizer": "sgd", "learning_rate": 3.0, "loss": "mse"}
        with pytest.raises(DivergenceError) as raised:
            fit(wing, (x, y), model, epochs=200, **settings)
        said.add(str(raised.value))
    assert len(said) == 1, said
    assert "step" in said.pop()


def test_a_non_finite_loss_ends_a_learner_as_well(wing, data):
    x = data[0]
    pairs = list(zip(x, x[:, :1] * 1e3, strict=True))
    model = mlp(wing, hidden_units=(), num_classes=1, output_activation=None)
    optimizer = wing.optimizers.SGD(1e20)
    learner = wing.learner.Learner(
        (wing.learner.DataLoader(pairs, BATCH), None), model, optimizer, "mse"
    )
    with pytest.raises(DivergenceError, match=r"the loss is (inf|nan) in epoch 1, step \d"):
        learner.fit(3, verbose=0)


def test_non_finite_weights_end_the_training_as_well(wing, data):
    """The loss of a probability that is exactly right is 0, whatever the weights."""

    class Spoil(Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 3:
                model.set_weights([np.full((6, 5), np.inf), *model.get_weights()[1:]])

    model = mlp(wing)
    words = r"30 of 30 weights in array 1 of the model are not finite in epoch 1, after its last"
    with pytest.raises(DivergenceError, match=words):
        fit(wing, data, model, callbacks=[Spoil()])
    with pytest.raises(NotFiniteError, match="array 2 of the model are not finite in epoch 3"):
        check_weights([np.zeros(3), np.array([np.nan])], epoch=2)


@THOROUGH
def test_within_a_compiled_slice_nothing_is_saved(data, tmp_path):
    """When its batches are reported, the weights are already those at its end."""
    saving = SCRATCH.checkpoints.Checkpoints
    how = {"epochs": 1, "batch_size": 1, "execution": "epoch"}  # 52 batches, 20 slices: 3 in each
    asked = StopAt(0, 4, how=int(signal.SIGINT))
    with pytest.raises(signals.TrainingInterrupted, match="after step 6;"):
        fit(SCRATCH, data, checkpoints=saving(tmp_path), callbacks=[asked], **how)
    again = fit(SCRATCH, data, checkpoints=saving(tmp_path), resume=True, **how)
    assert_same_bits(again, fit(SCRATCH, data, **how))


@THOROUGH
def test_a_position_is_where_the_slices_end(data, tmp_path):
    """Slices also end where a checkpoint is due."""
    saving = SCRATCH.checkpoints.Checkpoints(tmp_path, every=3)
    positions = []
    save = saving.save
    saving.save = lambda position: (positions.append(position.step), save(position))
    fit(SCRATCH, data, epochs=1, execution="epoch", checkpoints=saving)
    assert positions == [0, 3, 0]
    position = Position(exact=False)
    position.end_epoch()
    assert position.exact


def test_saving_takes_a_third_of_the_time_at_most(data, tmp_path, monkeypatch):
    """With a fake clock: every save takes a second, and epochs take none."""

    class Clock:
        now = 0.0

        def monotonic(self):
            return Clock.now

    monkeypatch.setattr(checkpoint_files, "time", Clock())
    write, saved = tf.train.Checkpoint.write, []

    def slowly(checkpoint, prefix):
        Clock.now += 1
        saved.append(Path(prefix).name)
        return write(checkpoint, prefix)

    monkeypatch.setattr(tf.train.Checkpoint, "write", slowly)

    class Second(Callback):
        def on_epoch_end(self, epoch, logs=None):
            Clock.now += 0.5

    saving = SCRATCH.checkpoints.Checkpoints(tmp_path)
    fit(SCRATCH, data, epochs=10, checkpoints=saving, callbacks=[Second()])
    assert saved == [f"epoch-{epoch}-step-0" for epoch in (0, 4, 8, 10)]


COMMAND = "--data sample --epochs 4 --batch-size 100 --seed 3"


@THOROUGH
@pytest.mark.parametrize(("wing", "execution"), [("keras", "graph"), ("scratch", "epoch")])
def test_a_killed_command_resumes_to_the_same_files(
    wing, execution, tmp_path, run_here, monkeypatch
):
    save_pictures_undrawn(monkeypatch)
    words = f"train {wing} {COMMAND} --execution {execution}"
    killed = subprocess.Popen(
        [sys.executable, "-m", "kerasfoundations", *f"{words} --out killed".split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
    )
    for line in killed.stdout:
        if line.startswith("epoch 2/4"):
            killed.kill()
            break
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert [path.name for path in (tmp_path / "killed").glob("[!.]*")] == ["checkpoint"]
    again = run_here(f"train {wing} --resume --out killed --quiet")  # its options are known
    assert again.returncode == 0, again.stderr
    whole = run_here(f"{words} --out whole --quiet")
    assert whole.stdout == again.stdout
    names = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "killed").iterdir())
    a, b = (runs.load_model(tmp_path / name).get_weights() for name in ("whole", "killed"))
    for one, other in zip(a, b, strict=True):
        np.testing.assert_array_equal(one, other)
    metrics = [runs.load_metrics(tmp_path / name) for name in ("whole", "killed")]
    for values in metrics:
        for measured in ("seconds", "compile_seconds", "examples_per_second", "digest"):
            del values[measured]
    assert metrics[0] == metrics[1]
    rows = [
        [line.split(",")[:5] for line in (tmp_path / name / "history.csv").read_text().split()]
        for name in ("whole", "killed")
    ]
    assert rows[0] == rows[1]
    done = run_here(f"train {wing} --resume --out whole")
    assert (done.returncode, "whole is finished" in done.stdout) == (0, True)


def test_a_finished_run_is_not_resumed_for_more_epochs(run_here, tmp_path, monkeypatch):
    """Its checkpoint is gone: to drop the option silently would look like a training run."""
    save_pictures_undrawn(monkeypatch)
    words = "train scratch --model linear --execution graph --quiet --out here"
    assert run_here(f"{words} --epochs 1").returncode == 1  # far from the best line, and written
    metrics = (tmp_path / "here" / "metrics.json").read_bytes()
    for epochs in ("30", "2"):
        done = run_here(f"{words} --resume --epochs {epochs}")
        assert done.returncode == 2
        assert re.fullmatch(
            rf"error: received --resume --epochs {epochs}, but the run in here is finished after 1 "
            r"epochs? and keeps no checkpoint: leave --resume out to train anew\.\n",
            done.stderr,
        )
    for same in ("", "--epochs 1"):
        done = run_here(f"{words} --resume {same}")
        assert (done.returncode, "here is finished" in done.stdout) == (0, True)
    assert (tmp_path / "here" / "metrics.json").read_bytes() == metrics


@THOROUGH
def test_a_run_killed_while_its_results_are_moved_in_place_resumes(run_here, tmp_path, monkeypatch):
    """Results are written one after another, metrics.json last; then the checkpoint is removed."""
    save_pictures_undrawn(monkeypatch)
    words = "train scratch --data sample --model softmax --epochs 1 --target 0 --quiet"
    remove = checkpoint_files.BaseCheckpoints.remove
    monkeypatch.setattr(checkpoint_files.BaseCheckpoints, "remove", lambda self: None)
    assert run_here(f"{words} --out here").returncode == 0
    monkeypatch.setattr(checkpoint_files.BaseCheckpoints, "remove", remove)
    here = tmp_path / "here"
    expected = (here / "model.npz").read_bytes()
    for name in ("metrics.json", "history.csv"):
        (here / name).unlink()
    (here / ".metrics-abc.tmp.json").write_text("half of it")
    done = run_here("train scratch --model softmax --resume --out here --quiet")
    assert done.returncode == 0, done.stderr
    assert (here / "model.npz").read_bytes() == expected
    assert not [path.name for path in here.iterdir() if path.name.startswith((".", "check"))]
    (here / "checkpoint").mkdir()
    (here / "checkpoint" / "epoch-1-step-0.index").write_text("the rest of it")
    done = run_here("train scratch --resume --out here")
    assert "here is finished" in done.stdout
    assert not (here / "checkpoint").exists()
    (here / "metrics.json").unlink()
    done = run_here("train scratch --resume --out here")
    assert "found a folder with other files in it" in done.stderr  # it may be anybody's then


@THOROUGH
def test_resuming_says_what_it_does(run_here, tmp_path, monkeypatch):
    save_pictures_undrawn(monkeypatch)
    words = "train scratch --data sample --model softmax --epochs 2 --quiet"
    done = run_here(f"{words} --resume")
    assert done.returncode == 0
    assert "found nothing to resume in runs/scratch-softmax: starts from the" in done.stderr
    fitted = SCRATCH.training.fit

    def stopped(*arguments, **settings):
        settings["callbacks"] = [StopAt(1, 2, how=int(signal.SIGINT))]
        return fitted(*arguments, **settings)

    monkeypatch.setattr(SCRATCH.training, "fit", stopped)
    done = run_here(f"{words} --save-every 2 --execution graph")
    assert done.returncode == 130
    assert re.search(r"resume with: \S.* train scratch --resume --model softmax", done.stderr)
    monkeypatch.setattr(SCRATCH.training, "fit", fitted)
    refused = run_here("train scratch --resume --model softmax --seed 1 --quiet")
    assert refused.returncode == 2
    assert "seed is 0 in it, expected 1" in refused.stderr
    done = run_here("train scratch --resume --model softmax")
    assert done.returncode == 0
    assert "epoch 2/2" in done.stdout
    assert "epoch 1/2" not in done.stdout
    monkeypatch.setattr(SCRATCH.training, "fit", stopped)
    run_here(f"{words} --execution graph")
    monkeypatch.setattr(SCRATCH.training, "fit", fitted)
    anew = run_here(words)
    assert "--resume continues the run that was stopped in epoch 2" in anew.stderr
    assert anew.returncode == 0


def test_steps_may_be_saved_unless_a_training_cannot_resume_at_one(data, tmp_path):
    model, optimizer = mlp(SCRATCH), SCRATCH.optimizers.SGD()
    training = checkpoint_files.Training("scratch", model, optimizer, History())
    saving = SCRATCH.checkpoints.Checkpoints(tmp_path, every=1)
    batches = BatchGenerator(*data, batch_size=BATCH)
    given = (saving, False, training, batches, 2, "graph")
    with checkpoint_files.resumable(*given) as (position, _):
        assert (position.epoch, position.step) == (0, 0)
    with (
        pytest.raises(ValueError, match="saves after epochs only"),
        checkpoint_files.resumable(*given, within_epochs=False),
    ):
        pass


@THOROUGH
def test_a_history_that_could_not_be_read_back_is_not_saved(wing, data, tmp_path, monkeypatch):
    fit(wing, data, epochs=1, checkpoints=wing.checkpoints.Checkpoints(tmp_path))
    before = (tmp_path / "checkpoint.json").read_bytes()
    monkeypatch.setattr(checkpoint_files, "MAX_MANIFEST", len(before))
    assert checkpoint_files.read_manifest(tmp_path)["epoch"] == 1  # no longer than it may be
    monkeypatch.setattr(checkpoint_files, "MAX_MANIFEST", len(before) + 20)
    saving = wing.checkpoints.Checkpoints(tmp_path)
    with pytest.raises(CheckpointNotSavedError, match="too long to be read"):
        fit(wing, data, epochs=9, checkpoints=saving, resume=True)
    assert (tmp_path / "checkpoint.json").read_bytes() == before


def test_a_manifest_of_more_than_16_mib_is_not_read(tmp_path):
    with (tmp_path / "checkpoint.json").open("wb") as file:
        file.truncate(2**24 + 1)
    with pytest.raises(CheckpointError, match="16,777,217 bytes are too many"):
        checkpoint_files.read_manifest(tmp_path)
