"""Random settings: from the same weights, both wings train alike or raise the same error."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from kerasfoundations import runs
from stress import worker
from stress.report import Report

TOLERANCE = 1e-9
NUM_SAMPLES, NUM_FEATURES, NUM_CLASSES = 24, 6, 3
EXECUTIONS = ("eager", "graph", "xla", "epoch")
# Settings that no training run accepts, used now and then.
WRONG: tuple[tuple[str, Any], ...] = (
    *(("learning_rate", value) for value in (0, -1.0, float("nan"), float("inf"), "fast")),
    *(("batch_size", value) for value in (0, -3, 2.5, "many", True)),
    *(("epochs", value) for value in (0, -1, 1.5, None)),
    *(("optimizer", value) for value in ("adamm", "", None, 3)),
    *(("loss", value) for value in ("mea_squared_error", "", 3)),
    *(("execution", value) for value in ("fast", None, 1)),
    *(("seed", value) for value in (-1, 0.5, "x")),
)


def run(seed: int, count: int) -> Report:
    """Trains `count` pairs of models."""
    return worker.run("settings", seed, count, seconds_per_case=180)


def case(seed: int, folder: Path) -> worker.Outcome:
    """One model in both wings, with the settings that its seed draws."""
    rng = np.random.default_rng(seed)
    name, arguments, x, y, loss = _task(rng)
    optimizer, optimizer_settings = _optimizer(rng)
    settings = {
        "epochs": int(rng.integers(1, 4)),
        "batch_size": int(rng.integers(1, NUM_SAMPLES + 6)),
        "shuffle": bool(rng.random() < 0.5),
        "seed": int(rng.integers(0, 1000)),
        "execution": EXECUTIONS[rng.integers(0, 4)],
        "loss": loss,
        "validation_data": (x[:7], y[:7]) if rng.random() < 0.4 else None,
        "verbose": 0,
    }
    wrong = WRONG[rng.integers(0, len(WRONG))] if rng.random() < 0.25 else None
    if wrong:
        settings[wrong[0]] = wrong[1]
    told = {k: v for k, v in settings.items() if k not in ("validation_data", "verbose")}
    said = f"{name} {arguments}, {optimizer}({optimizer_settings}), {told}"
    results = {}
    start = None
    for wing in ("keras", "scratch"):
        model = runs.build_model(wing, name, **arguments, dtype="float64")
        if start is None:
            start = model.get_weights()
        model.set_weights(start)
        try:
            made = getattr(runs.wing_module(wing, "optimizers"), optimizer)(**optimizer_settings)
            how = {"optimizer": optimizer.lower() if wrong else made, **settings}
            history = runs.wing_module(wing, "training").fit(model, x, y, **how)
            results[wing] = (history, model.get_weights())
        except Exception as error:
            results[wing] = error
    return _compared(f"{name}, {settings['execution']!s}", said, **results)


def _task(rng: np.random.Generator) -> tuple[str, dict[str, Any], np.ndarray, np.ndarray, str]:
    """The name of a model, its arguments, data and a loss."""
    kind = rng.integers(0, 4)
    penalties = {"l1": float(rng.choice([0, 0.01])), "l2": float(rng.choice([0, 0.02]))}
    common = {"seed": int(rng.integers(0, 1000)), **penalties}
    x = rng.normal(size=(NUM_SAMPLES, NUM_FEATURES))
    labels = rng.integers(0, NUM_CLASSES, NUM_SAMPLES)
    if kind == 0:
        return "linear", {"num_features": 6, **common}, x, x[:, :1] - 0.3, "mean_squared_error"
    if kind == 1:
        y = (labels[:, None] > 0).astype("float64")
        return "logistic", {"num_features": 6, **common}, x, y, "binary_crossentropy"
    arguments = {"num_features": NUM_FEATURES, "num_classes": NUM_CLASSES, **common}
    if kind == 2:
        y = np.eye(NUM_CLASSES)[labels]
        return "softmax", arguments, x, y, "categorical_crossentropy"
    arguments["hidden_units"] = [int(n) for n in rng.integers(1, 9, rng.integers(0, 3))]
    return "mlp", arguments, x, labels, "sparse_categorical_crossentropy"


def _optimizer(rng: np.random.Generator) -> tuple[str, dict[str, Any]]:
    """The class of an optimizer, and hyperparameters."""
    # In Keras an optimizer object has a float32 learning rate, whatever the model's dtype is.
    rate = {"learning_rate": float(np.float32(10 ** rng.uniform(-4, -1)))}
    epsilon = {"epsilon": float(10 ** rng.uniform(-8, -3))}
    kind = rng.integers(0, 4)
    if kind == 0:
        momentum = float(rng.choice([0, 0.5, 0.9]))
        return "SGD", {**rate, "momentum": momentum, "nesterov": bool(rng.random() < 0.5)}
    if kind == 1:
        start = float(rng.uniform(0, 1))
        return "Adagrad", {**rate, **epsilon, "initial_accumulator_value": start}
    if kind == 2:
        own = {"rho": float(rng.uniform(0, 0.99)), "momentum": float(rng.choice([0, 0.8]))}
        return "RMSprop", {**rate, **epsilon, **own, "centered": bool(rng.random() < 0.5)}
    own = {"beta_1": float(rng.uniform(0, 0.95)), "beta_2": float(rng.uniform(0.5, 0.999))}
    return "Adam", {**rate, **epsilon, **own, "amsgrad": bool(rng.random() < 0.5)}


def _compared(what: str, said: str, keras: Any, scratch: Any) -> worker.Outcome:
    """Whether both wings did the same."""
    failed = [isinstance(result, Exception) for result in (keras, scratch)]
    if any(failed):
        texts = [
            f"{type(r).__name__}: {r}" if f else "trained"
            for r, f in zip((keras, scratch), failed, strict=True)
        ]
        known = all(isinstance(result, ValueError) for result in (keras, scratch))
        if all(failed) and known and texts[0] == texts[1]:
            return worker.Outcome("wrong settings", "refused in the same words")
        told = f"{said}: keras {texts[0]}; scratch {texts[1]}"
        return worker.Outcome("wrong settings", "not refused alike", True, told)
    largest = 0.0
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        first, second = (np.asarray(getattr(r[0], name), dtype="float64") for r in (keras, scratch))
        if first.shape != second.shape:
            return worker.Outcome(what, "other histories", True, f"{said}: {name}")
        largest = max(largest, _difference(first, second))
    for first, second in zip(keras[1], scratch[1], strict=True):
        largest = max(largest, _difference(first, second))
    if not largest <= TOLERANCE:
        return worker.Outcome(what, "other numbers", True, f"{said}: they differ by {largest:.1e}")
    return worker.Outcome(what, "the same numbers", note=("difference", largest))


def _difference(first: np.ndarray, second: np.ndarray) -> float:
    """The largest difference relative to what is compared, or to 1 where that is smaller."""
    if not np.array_equal(np.isfinite(first), np.isfinite(second)):
        return float("inf")
    finite = np.isfinite(first)
    scale = max(1.0, float(np.abs(first[finite]).max(initial=0)))
    return float(np.abs(first[finite] - second[finite]).max(initial=0)) / scale
