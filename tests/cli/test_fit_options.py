"""What `train` and `compare` take beside the recipe: the same in both wings, kept by `--resume`."""

import csv
import json

import numpy as np
import pytest
from support.shortcuts import save_pictures_undrawn
from support.thorough import THOROUGH, sampled

from kerasfoundations import cli, runs
from kerasfoundations.from_scratch import schedules
from kerasfoundations.loop.checkpoint_files import CheckpointError
from kerasfoundations.runs import fit_options, tasks
from kerasfoundations.runs.fit_options import FitOptions, completed_schedule

ALL = (
    "--schedule cosine_decay:warmup_steps=2 --weight-decay 0.01 --clipnorm 0.5 --class-weight "
    "balanced --label-smoothing 0.1 --metrics auc,precision --early-stopping 5"
)


@pytest.fixture
def train(run_here, tmp_path, monkeypatch):
    """Trains logistic regression; returns the rows of history.csv and metrics.json."""
    save_pictures_undrawn(monkeypatch)

    def run(wing, words, model="logistic"):
        done = run_here(
            f"train {wing} --model {model} --data sample --execution graph --quiet --out {wing} "
            f"{words}"
        )
        assert done.returncode == 0, done.stderr
        with (tmp_path / wing / "history.csv").open() as file:
            rows = list(csv.DictReader(file))
        return rows, json.loads((tmp_path / wing / "metrics.json").read_text())

    return run


def test_both_wings_end_with_the_same_losses(train, tmp_path):
    found = {wing: train(wing, f"--epochs 3 {ALL}") for wing in runs.WINGS}
    rows, metrics = found["scratch"]
    for own, twin in zip(rows, found["keras"][0], strict=True):
        assert set(own) == set(twin) >= {"auc", "val_precision"}
        for name in ("loss", "val_loss", "auc", "val_precision"):
            assert float(own[name]) == pytest.approx(float(twin[name]), abs=1e-5)
    assert metrics["test_loss"] == pytest.approx(found["keras"][1]["test_loss"], abs=1e-5)
    assert metrics["target"] is None  # an experiment owes nothing
    assert (metrics["schedule"], metrics["clipnorm"]) == ("cosine_decay:warmup_steps=2", 0.5)
    assert set(metrics["test_metrics"]) == {"auc", "precision"}
    plain, _ = train("scratch", "--epochs 3")
    assert abs(float(plain[-1]["loss"]) - float(rows[-1]["loss"])) > 1e-2


def test_the_test_loss_is_that_of_the_model_on_plain_labels(train, tmp_path):
    _, metrics = train("scratch", "--epochs 1 --label-smoothing 0.3", "softmax")
    model = runs.load_model(tmp_path / "scratch")
    samples = tasks.get("softmax").samples(cli_digits())
    again = runs.wing_module("scratch", "training").evaluate(model, *samples.test)
    assert again["loss"] == pytest.approx(metrics["test_loss"], rel=1e-5)


def cli_digits():
    from kerasfoundations.data import load_mnist

    return load_mnist("sample")


def test_early_stopping_stops_on_samples_that_are_held_out(train):
    rows, metrics = train("scratch", "--epochs 40 --learning-rate 20 --early-stopping 0")
    assert len(rows) == metrics["epochs_trained"] < metrics["epochs"] == 40
    values = [float(row["val_loss"]) for row in rows]
    assert values[-1] >= min(values[:-1])
    samples = tasks.get("logistic").samples(cli_digits())
    used = FitOptions(early_stopping=0).samples(samples, tasks.get("logistic"), 0)
    assert (len(used.x_train), len(used.test[0])) == (720, 80)  # none of the 200 test digits
    every = np.concatenate([used.x_train, used.test[0]])
    assert np.array_equal(np.sort(every.sum(1)), np.sort(samples.x_train.sum(1)))


@pytest.mark.parametrize("words", [*fit_options.SCHEDULES, "cosine_decay:warmup_steps=10"])
def test_a_schedule_lasts_for_the_whole_training(words):
    kind, arguments = fit_options.completed_schedule(words, 0.5, 100)
    schedule = getattr(schedules, kind)(**arguments)
    first, last = float(schedule(0)), float(schedule(100))
    starts = {"one_cycle": 0.02, "cosine_decay:warmup_steps=10": 0.0}
    ends = {"exponential_decay": 0.05, "inverse_time_decay": 0.05, "polynomial_decay": 1e-4}
    ends |= {"piecewise_constant_decay": 0.005, "one_cycle": 5e-6}
    assert first == pytest.approx(starts.get(words, 0.5))
    if words != "cosine_decay_restarts":  # which starts its third period there
        assert last == pytest.approx(ends.get(words, 0.0), abs=1e-3)


def test_balanced_classes_weigh_alike():
    y = np.array([0] * 6 + [1] * 2)[:, None]
    found = FitOptions(class_weight="balanced").weight_of_classes(y, tasks.get("logistic"))
    assert found == {0: 8 / 12, 1: 2.0}


@THOROUGH
def test_a_resumed_training_keeps_the_options(train, run_here, tmp_path, monkeypatch):
    options = f"{ALL} --dtype mixed_bfloat16"
    whole, _ = train("scratch", f"--epochs 4 {options}")
    from kerasfoundations.loop import history

    def killed(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt
        return kept(self, epoch, logs)

    kept = history.History.on_epoch_end
    with monkeypatch.context() as patch:
        patch.setattr(history.History, "on_epoch_end", killed)
        cli.main(
            f"train scratch --model logistic --data sample --execution graph --quiet --out part "
            f"--epochs 4 {options}".split()
        )
    assert (tmp_path / "part" / "checkpoint").exists()
    done = run_here("train scratch --model logistic --resume --quiet --out part")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "part" / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["loss"] for row in rows] == [row["loss"] for row in whole]
    metrics = json.loads((tmp_path / "part" / "metrics.json").read_text())
    assert metrics["schedule"] == "cosine_decay:warmup_steps=2"
    assert metrics["dtype"] == metrics["model_arguments"]["dtype"] == "mixed_bfloat16"


@pytest.mark.parametrize("wing", runs.WINGS)
@pytest.mark.parametrize("words", sampled(fit_options.SCHEDULES, every=7))
def test_more_epochs_resume_with_the_same_schedule_alone(words, wing, tmp_path):
    """What lasts for all steps is another schedule when there are more of them."""
    x, y = np.random.default_rng(0).normal(size=(8, 2)), np.arange(8) % 2
    train, make = (runs.wing_module(wing, name) for name in ("training", "mlp"))

    def fit(epochs, steps, folder):
        model = make.build_mlp((3,), 2, 2, seed=1)
        kind, arguments = completed_schedule(words, 0.1, steps)
        rate = getattr(runs.wing_module(wing, "schedules"), kind)(**arguments)
        saving = runs.wing_module(wing, "checkpoints").Checkpoints(tmp_path / folder)
        how = {"batch_size": 4, "verbose": 0, "checkpoints": saving, "resume": True}
        train.fit(model, x, y, epochs=epochs, optimizer="sgd", learning_rate=rate, **how)
        return model.get_weights()

    fit(2, 4, "part")
    with pytest.raises(CheckpointError, match=r"of another run: optimizer\.schedule is "):
        fit(4, 8, "part")
    for own, twin in zip(fit(4, 4, "part"), fit(4, 4, "whole"), strict=True):
        np.testing.assert_array_equal(own, twin)


@pytest.mark.parametrize("wing", sampled(runs.WINGS))
@pytest.mark.parametrize("dtype", sampled(["mixed_bfloat16", "mixed_float16", "float64"], every=3))
def test_a_dtype_is_kept_and_the_model_opens_in_either_wing(train, tmp_path, wing, dtype):
    _, metrics = train(wing, f"--epochs 1 --dtype {dtype}", "softmax")
    assert metrics["dtype"] == metrics["model_arguments"]["dtype"] == dtype
    assert metrics["target"] is None  # it was measured in float32
    x = tasks.get("softmax").samples(cli_digits()).test[0][:50]
    found = []
    for other in runs.WINGS:
        model = runs.load_model(tmp_path / wing, wing=other)
        found.append(runs.wing_module(other, "training").predict(model, x))
        assert model.layers[0].compute_dtype == dtype.removeprefix("mixed_")
    np.testing.assert_allclose(*found, atol=1e-2 if "mixed" in dtype else 1e-10)


@pytest.mark.parametrize("words", ["--metrics sparse_top_k_categorical_accuracy", ""])
def test_the_test_samples_are_measured_once(train, monkeypatch, words):
    training, measured = runs.wing_module("scratch", "training"), []

    def evaluate(*arguments, **options):
        measured.append(options)
        return kept(*arguments, **options)

    kept = training.evaluate
    monkeypatch.setattr(training, "evaluate", evaluate)
    _, metrics = train("scratch", f"--epochs 1 {words}", "softmax")
    assert len(measured) == 1
    assert 0 < metrics["test_loss"] < 3


def test_a_model_trained_with_one_cycle_opens(train, tmp_path):
    train("keras", "--epochs 1 --schedule one_cycle")
    assert runs.load_model(tmp_path / "keras").count_params() == 785


WRONG = [
    ("--schedule nope", "unknown schedule 'nope'"),
    ("--schedule one_cycle:top=1", "unknown argument of one_cycle 'top'"),
    ("--schedule cosine_decay:alpha", "expected name:argument=value,argument=value"),
    ("--schedule cosine_decay:decay_steps=0", "decay_steps must be"),
    ("--schedule polynomial_decay:power=x", "power must be"),
    ("--class-weight {", "expected balanced, or class=weight,class=weight"),
    ("--class-weight 12=1", "class_weight must name classes of the model, 0 to 9"),
    ("--class-weight 1=1,1=2", "names one twice"),
    ("--metrics nope", "unknown metric of --model mlp 'nope'"),
    ("--metrics auc", "unknown metric of --model mlp 'auc'"),
    ("--model linear --class-weight balanced", "has no classes: leave it out"),
    ("--model linear --label-smoothing 0.1", "has no classes: leave it out"),
    ("--model linear --metrics accuracy", "unknown metric of --model linear 'accuracy'"),
    ("--model linear --early-stopping 3", "holds none out"),
    ("--model net37 --label-smoothing 0.1", "whose loss mnist_loss has none"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_words_that_do_not_fit_are_refused(run_here, tmp_path, words, said):
    done = run_here(f"train scratch --data sample {words}")
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--clipnorm -1", "expected a number above 0, received '-1'"),
        ("--weight-decay -1", "expected a number of 0 or more, received '-1'"),
        ("--label-smoothing 1.5", "expected a number from 0 to 1, received '1.5'"),
        ("--early-stopping -1", "expected a whole number of 0 or more, received '-1'"),
    ],
)
def test_numbers_out_of_range_are_refused(words, said, capsys):
    with pytest.raises(SystemExit):
        cli.main(f"train keras {words}".split())
    assert said in capsys.readouterr().err
