"""`--data my.npz`: digits that are neither MNIST nor the offline ones are called by their file."""

import dataclasses
import json
import signal

import numpy as np
import pytest
from support.shortcuts import save_pictures_undrawn
from support.thorough import THOROUGH

from kerasfoundations import runs
from kerasfoundations.cli import digits
from kerasfoundations.data import load_mnist
from kerasfoundations.from_scratch import training
from kerasfoundations.loop.history import Callback

WORDS = "train scratch --model softmax --data my.npz --epochs 2 --execution graph --out here"


@pytest.fixture
def own(tmp_path):
    """A hundred digits for each half, in MNIST's layout; threes and sevens among them."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (100, 28, 28), dtype="uint8")
    labels = np.arange(100, dtype="uint8") % 10
    np.savez(tmp_path / "my.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    return tmp_path / "my.npz"


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    save_pictures_undrawn(monkeypatch)


def test_own_digits_are_called_by_their_file(run_here, own, tmp_path):
    done = run_here(WORDS)
    assert (done.returncode, done.stderr) == (0, "")  # no published accuracy applies to them
    assert done.stdout.startswith("my.npz: 100 training and 100 test digits\n")
    assert "(my.npz)\n" in done.stdout
    assert "mnist" not in done.stdout
    metrics = runs.load_metrics(tmp_path / "here")
    named = {name: metrics[name] for name in ("data", "data_origin", "data_note", "target")}
    assert named == {"data": "file", "data_origin": "my.npz", "data_note": None, "target": None}


def test_a_target_can_be_asked_of_them(run_here, own):
    done = run_here(f"{WORDS} --target 1")
    assert done.returncode == 1
    assert "missed: scratch reached the test accuracy" in done.stderr


@pytest.mark.parametrize("words", ["--digits 37", "--recipe book --model mlp"])
def test_other_tasks_and_recipes_have_no_target_either(run_here, own, tmp_path, words):
    assert run_here(f"{WORDS} {words} --quiet").returncode == 0
    assert runs.load_metrics(tmp_path / "here")["target"] is None


@THOROUGH
def test_own_digits_are_compared(run_here, own, tmp_path):
    done = run_here("compare --model softmax --data my.npz --epochs 1 --out here")
    assert done.returncode == 0, done.stderr
    metrics = json.loads((tmp_path / "here" / "metrics.json").read_text())
    assert (metrics["data"], metrics["target"]) == ("file", None)


def test_a_run_on_own_digits_of_an_earlier_version_resumes(run_here, own, tmp_path, monkeypatch):
    """The earlier version called them mnist-sample."""

    def as_before(*arguments, **named):
        return dataclasses.replace(load_mnist(*arguments, **named), source="mnist-sample")

    class Stop(Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                signal.raise_signal(signal.SIGINT)

    fit = training.fit
    with monkeypatch.context() as patch:
        patch.setattr(digits, "load_mnist", as_before)
        assert run_here(f"{WORDS} --target 0 --quiet").returncode == 0
        before = runs.load_model(tmp_path / "here").get_weights()
        assert runs.load_metrics(tmp_path / "here")["data"] == "mnist-sample"
        patch.setattr(training, "fit", lambda *a, **k: fit(*a, **k | {"callbacks": [Stop()]}))
        assert run_here(f"{WORDS} --target 0 --quiet").returncode == 130
    for first, second in zip(
        runs.load_model(tmp_path / "here", wing="keras").get_weights(), before, strict=True
    ):
        np.testing.assert_array_equal(first, second)  # still opens
    done = run_here("train scratch --model softmax --resume --out here")
    assert done.returncode == 0, done.stderr
    assert "epoch 1/2" not in done.stdout
    assert runs.load_metrics(tmp_path / "here")["data"] == "file"
    for first, second in zip(runs.load_model(tmp_path / "here").get_weights(), before, strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("wing", ["keras", "scratch"])
def test_digits_of_a_csv_are_trained_on_and_how_they_were_split_is_said(run_here, tmp_path, wing):
    rng = np.random.default_rng(0)
    rows = np.column_stack([np.arange(140) % 10, rng.integers(0, 256, (140, 784))])
    names = ",".join(["label", *(f"pixel{number}" for number in range(784))])
    np.savetxt(tmp_path / "my.csv", rows, "%d", ",", header=names, comments="")
    done = run_here(WORDS.replace("my.npz", "my.csv").replace("scratch", wing))
    assert done.returncode == 0
    assert "my.csv: 120 training and 20 test digits\n" in done.stdout
    assert "one in 7 of each class" in done.stderr
    assert "one in 7 of each class" in runs.load_metrics(tmp_path / "here")["data_note"]
