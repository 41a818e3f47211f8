"""TensorBoard: both wings write the same tags, steps and values; read back as TensorBoard reads."""

import glob
import json
import os
import re
import shutil
import sys

import numpy as np
import pytest
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.graph.keras_util import keras_model_to_graph_def
from tensorboard.util.tensor_util import make_ndarray

from kerasfoundations import runs
from kerasfoundations.loop import history
from kerasfoundations.loop.checkpoint_files import BaseCheckpoints
from kerasfoundations.loop.tensorboard_files import find, forget, remove
from kerasfoundations.system.atomic_files import replacing

WINGS = (KERAS, SCRATCH)
CLOCK = {"epoch_seconds", "epoch_examples_per_second"}
SCALARS = {"epoch_loss", "epoch_accuracy"}
HISTOGRAMS = {f"{d}/{w}/histogram" for d in ("dense", "dense_1") for w in ("kernel", "bias")}
CLOSE = 1e-6  # scalars are float32 in the files


def read(folder):
    """`{"train": {tag: {step: value}}, ...}`; that no step is there twice is looked at."""
    found = {}
    for part in sorted(path.name for path in folder.iterdir()):
        accumulator = EventAccumulator(str(folder / part), size_guidance={"tensors": 0})
        accumulator.Reload()
        found[part] = {}
        for tag in accumulator.Tags()["tensors"]:
            events = accumulator.Tensors(tag)
            steps = [event.step for event in events]
            assert steps == sorted({*steps}), (part, tag, steps)
            found[part][tag] = {e.step: make_ndarray(e.tensor_proto) for e in events}
        if accumulator.Tags()["graph"]:
            found[part]["graph of the step"] = {0: [node.op for node in accumulator.Graph().node]}
    return found


def opened(folder):
    """Return the files of a folder that this process has open, if the system shows them (Linux)."""
    names = [os.path.realpath(entry) for entry in glob.glob("/proc/self/fd/*")]
    return [name for name in names if name.startswith(f"{folder}{os.sep}")]


def assert_same_curves(first, second):
    assert {*first} == {*second} == {"train", "validation"}
    for part in first:
        one, two = (
            {tag: steps for tag, steps in side[part].items() if tag not in ("keras", *CLOCK)}
            for side in (first, second)
        )
        two.pop("graph of the step", None)
        one.pop("graph of the step", None)
        assert {*one} == {*two}
        for tag in one:
            assert [*one[tag]] == [*two[tag]], tag
            for step in one[tag]:
                np.testing.assert_allclose(one[tag][step], two[tag][step], atol=CLOSE, rtol=CLOSE)


@pytest.fixture(scope="module")
def samples():
    x = np.random.default_rng(0).normal(size=(100, 4))
    return x, (x[:, 0] > 0).astype("int64")


def small_model(wing):
    model = wing.mlp.build_mlp((5,), 4, 2, dtype="float64")
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(size=weight.shape) for weight in model.get_weights()])
    return model


def train(wing, folder, samples, callbacks=(), **how):
    """Three epochs of three batches each, watched by TensorBoard's callback."""
    x, y = samples
    how = {"epochs": 3, "batch_size": 32, "optimizer": "adam", "verbose": 0, **how}
    made = wing.callbacks.TensorBoard(folder)
    model = small_model(wing)
    valid = x[80:], y[80:]
    callbacks = [made, *callbacks]
    fit = wing.training.fit
    return fit(model, x[:80], y[:80], validation_data=valid, callbacks=callbacks, **how), model


@THOROUGH
@pytest.mark.parametrize(
    "execution",
    sampled(["graph", "eager", "xla", "epoch"], every=4),
)
def test_both_wings_write_the_curves_of_their_history(execution, samples, tmp_path):
    written = {}
    for wing in WINGS:
        folder = tmp_path / wing.name
        learned, model = train(wing, folder, samples, execution=execution)
        written[wing.name] = found = read(folder)
        graphs = {"keras"}
        if wing is SCRATCH and execution != "eager":  # where nothing is recorded
            graphs.add("graph of the step")
        scalars = {*SCALARS, *CLOCK, "epoch_learning_rate"}
        assert {*found["train"]} == scalars | HISTOGRAMS | graphs
        assert {*found["validation"]} == SCALARS
        for part, prefix in (("train", ""), ("validation", "val_")):
            for tag in SCALARS | (CLOCK if part == "train" else set()):
                own = getattr(learned, prefix + tag.removeprefix("epoch_"))
                assert [*found[part][tag]] == [0, 1, 2]
                assert [*found[part][tag].values()] == [np.float32(value) for value in own]
        rates = [*found["train"]["epoch_learning_rate"].values()]
        assert rates == [np.float32(0.001)] * 3
        last = found["train"]["dense_1/kernel/histogram"][2]  # (30, 3): from, to, how many
        kernel = model.get_weights()[2]
        assert (last[0, 0], last[-1, 1]) == pytest.approx((kernel.min(), kernel.max()))
    assert_same_curves(written["keras"], written["scratch"])
    if execution == "graph":
        ops = written["scratch"]["train"]["graph of the step"][0]
        assert ops.count("MatMul") >= 4  # there and back


def test_a_histogram_counts_a_known_weight(wing, samples, tmp_path):
    """One epoch with a rate too small to move anything."""
    x, y = samples
    model = wing.mlp.build_mlp((), 4, 2, dtype="float64")
    kernel = np.array([[0.0, 1], [2, 3], [4, 5], [6, 15]])
    model.set_weights([kernel, np.full(2, 7.0)])
    how = {"epochs": 1, "optimizer": "sgd", "learning_rate": 1e-30, "verbose": 0}
    board = wing.callbacks.TensorBoard(tmp_path)
    wing.training.fit(model, x, y, callbacks=[board], **how)
    assert not opened(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["train"]  # nothing was validated
    found = read(tmp_path)["train"]
    counts = found["dense/kernel/histogram"][0]
    expected, edges = np.histogram(kernel, bins=30)
    assert counts[:, 2].tolist() == expected.tolist()
    assert counts[:, 2].sum() == 8
    np.testing.assert_allclose(counts[:, 0], edges[:-1], atol=CLOSE)
    np.testing.assert_allclose(counts[:, 1], edges[1:], atol=CLOSE)
    biases = found["dense/bias/histogram"][0]
    assert biases[:, 2].sum() == 2
    assert biases[0, 0] == biases[-1, 1] == 7


@THOROUGH
def test_a_deep_networks_layers_have_the_same_names_and_graph(tmp_path):
    """Weights inside blocks, moving statistics, layers without weights."""
    written = []
    x, y = np.zeros((2, 8, 8, 1)), np.arange(2)
    for wing in WINGS:
        model = wing.resnet.build_resnet18(2, (8, 8, 1), filters=1)
        callbacks = [wing.callbacks.TensorBoard(tmp_path / wing.name)]
        how = {"epochs": 1, "execution": "eager", "verbose": 0}
        wing.training.fit(model, x, y, callbacks=callbacks, **how)
        written.append(read(tmp_path / wing.name)["train"])
    assert {*written[0]} == {*written[1]}
    histograms = [tag for tag in written[1] if tag.endswith("/histogram")]
    assert len(histograms) == len(model.weights)
    assert "residual_block_7/moving_variance_1/histogram" in histograms
    graphs = [keras_model_to_graph_def(json.loads(found["keras"][0].item())) for found in written]
    kinds = [[node.attr["keras_class"].s for node in graph.node] for graph in graphs]
    assert kinds[0] == kinds[1]
    assert len(kinds[0]) == len(model.layers) + 1
    chain = [node.name for node in graphs[1].node]
    assert chain[:3] == [
        f"sequential/{n}" for n in ("input_layer", "conv2d", "batch_normalization")
    ]
    for graph in graphs:
        names = [node.name for node in graph.node]
        assert [list(node.input) for node in graph.node] == [[], *([name] for name in names[:-1])]


@THOROUGH
def test_a_learner_continues_where_it_was(samples, tmp_path):
    x, y = samples
    pairs = list(zip(x, y, strict=True))
    written = []
    for wing in WINGS:
        load = wing.learner.DataLoader
        loaders = load(pairs[:80], 32, True, 0), load(pairs[80:], 32)
        board = wing.learner.TensorBoard(tmp_path / wing.name)
        model = small_model(wing)
        optimizer = wing.learner.BasicOptimizer(model.trainable_weights, 0.5)
        learner = wing.learner.Learner(
            loaders, model, optimizer, "sparse_categorical_crossentropy", ["accuracy"], [board]
        )
        learner.fit(2, verbose=0)
        learned = learner.fit(1, verbose=0)
        found = read(tmp_path / wing.name)
        losses = found["validation"]["epoch_loss"]
        assert losses == {step: np.float32(loss) for step, loss in enumerate(learned.val_loss)}
        assert len(losses) == 3
        written.append(found)
    assert_same_curves(*written)


class Killed(Exception):
    """Ends a training run in the middle."""


class Killer(history.Callback):
    """A callback that ends it within an epoch, after two of three batches."""

    def __init__(self, epoch=1):
        self.last = epoch

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_begin(self, batch, logs=None):
        if (self.epoch, batch) == (self.last, 2):
            raise Killed


@THOROUGH
def test_a_resumed_training_leaves_each_step_once(wing, samples, tmp_path):
    """Stopped within an epoch, and again after epochs that the checkpoint does not hold."""
    whole, saved, folder = tmp_path / "whole", tmp_path / "saved", tmp_path / "resumed"
    how = {"execution": "eager"}  # the quickest for nine steps
    train(wing, whole, samples, **how)
    checkpoints = wing.checkpoints.Checkpoints(saved, 1)
    with pytest.raises(Killed):
        train(wing, folder, samples, [Killer()], checkpoints=checkpoints, **how)
    assert {*read(folder)["train"]["epoch_loss"]} == {0}
    shutil.copytree(saved, tmp_path / "copy")
    for _ in range(2):
        checkpoints = wing.checkpoints.Checkpoints(saved, 1)
        train(wing, folder, samples, checkpoints=checkpoints, resume=True, **how)
        found = read(folder)
        assert_same_curves(read(whole), found)
        assert {*found["train"]} == {*read(whole)["train"]}
        # as if killed before the last checkpoints were there, while a record was being written
        shutil.rmtree(saved)
        shutil.copytree(tmp_path / "copy", saved)
        newest = find(folder)[-1]
        newest.write_bytes(newest.read_bytes()[:-3])


@THOROUGH
def test_a_training_resumed_from_its_beginning_leaves_each_epoch_once(
    wing, samples, tmp_path, monkeypatch
):
    """Epochs so short that none was saved: the checkpoint is the one from before the first."""
    saved, folder = tmp_path / "saved", tmp_path / "logs"
    monkeypatch.setattr(BaseCheckpoints, "is_due", property(lambda self: False))
    how = {"execution": "eager"}
    checkpoints = wing.checkpoints.Checkpoints(saved)
    with pytest.raises(Killed):
        train(wing, folder, samples, [Killer(epoch=2)], checkpoints=checkpoints, **how)
    assert {*read(folder)["train"]["epoch_loss"]} == {0, 1}
    checkpoints = wing.checkpoints.Checkpoints(saved)
    train(wing, folder, samples, checkpoints=checkpoints, resume=True, **how)
    assert {*read(folder)["train"]["epoch_loss"]} == {0, 1, 2}  # `read` sees to it: each once
    train(wing, folder, samples, **how)  # a training run that resumes nothing takes nothing away
    assert len(find(folder)) == 6


def test_continuing_removes_nothing_from_earlier_epochs(wing, samples, tmp_path):
    train(wing, tmp_path, samples, execution="eager")
    before = read(tmp_path)
    contents = [path.read_bytes() for path in find(tmp_path)]
    forget(find(tmp_path), 0)  # starts over: another training run's files are not touched
    assert [path.read_bytes() for path in find(tmp_path)] == contents
    with replacing(find(tmp_path)[-1]) as left:
        left.write_bytes(contents[-1])
    left.write_bytes(contents[-1][:-3])  # as a process leaves it that is killed while it writes
    forget(find(tmp_path), 2)
    assert not left.exists()
    after = read(tmp_path)
    assert after["validation"]["epoch_loss"] == {
        step: value for step, value in before["validation"]["epoch_loss"].items() if step < 2
    }
    assert "keras" not in after["train"]


def test_a_callback_of_the_other_wing_is_refused(samples, tmp_path):
    for wing, other in (WINGS, WINGS[::-1]):
        board = other.callbacks.TensorBoard(tmp_path)
        x, y = samples
        with pytest.raises(ValueError, match="expected one of the wing's callbacks"):
            wing.training.fit(small_model(wing), x, y, verbose=0, callbacks=[board])


def test_without_the_package_the_error_says_how_to_install_it(wing, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(ImportError, match="-m pip install tensorboard"):
        wing.callbacks.TensorBoard(tmp_path / "logs")
    assert not (tmp_path / "logs").exists()


def test_the_command_also_says_so_before_anything_is_done(run_here, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    run = run_here("train scratch --data sample --tensorboard")
    assert run.returncode == 2
    assert "-m pip install tensorboard" in run.stderr
    assert not (tmp_path / "runs").exists()


@THOROUGH
def test_the_command_writes_both_wings_side_by_side(run_here, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    words = "--data sample --model softmax --target 0 --epochs 2 --batch-size 1000 --tensorboard"
    run = run_here(f"train keras {words} mine")
    assert run.returncode == 2
    assert "other files in it" in run.stderr
    run = run_here(f"train keras {words}")
    assert run.returncode == 0, run.stderr
    assert re.search(r"curves: \S*tensorboard --logdir runs\n", run.stdout)
    logs = [tmp_path / "runs" / "keras-softmax" / "tensorboard", tmp_path / "logs"]
    stale = tmp_path / "runs" / "scratch-softmax" / "tensorboard"
    for earlier in (logs[1], stale):
        shutil.copytree(logs[0], earlier)
    run = run_here(f"train scratch {words} logs")
    assert run.returncode == 2
    assert "found the event files of another run" in run.stderr
    shutil.rmtree(logs[1])
    assert run_here(f"train scratch {words} logs").returncode == 0
    assert not stale.exists()  # what an earlier run left in the folder is removed
    assert len(find(logs[1])) == 2
    written = [read(folder) for folder in logs]
    assert {*written[0]["validation"]} == {*written[1]["validation"]} == SCALARS
    losses = [[*found["train"]["epoch_loss"].values()] for found in written]
    assert len(losses[0]) == 2
    np.testing.assert_allclose(*losses, atol=1e-4)  # float32


def test_a_run_that_was_killed_may_hold_event_files(samples, tmp_path):
    train(SCRATCH, tmp_path / "run" / "tensorboard", samples, execution="eager")
    assert runs.prepare_folder(tmp_path / "run") == tmp_path / "run"
    (tmp_path / "run" / "tensorboard" / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match="other files in it"):
        runs.prepare_folder(tmp_path / "run")


def test_a_folder_is_removed_with_its_event_files_unless_it_holds_others(tmp_path):
    for name in ("logs/train", "logs/validation", "other/train"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "events.out.tfevents.1.host").write_bytes(b"")
    (tmp_path / "other" / "notes.txt").write_text("mine")
    for name in ("logs", "other"):
        remove(tmp_path / name)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert left == {"other", "other/notes.txt"}
