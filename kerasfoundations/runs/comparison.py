"""Two training runs from the same weights on the same batches, compared step by step."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from kerasfoundations.loop.history import Callback, History, Logs
from kerasfoundations.system.atomic_files import replacing

Pair = tuple[np.ndarray, np.ndarray]


@dataclass
class Trajectory(Callback):
    """The record of one training run.

    Attributes:
        model: The model that is trained.
        batch_sizes: Number of samples of each batch of an epoch.
        running_losses: By epoch, the mean loss over the epoch's samples so far, after each batch
            that the training reported.
        batches: The numbers of these batches, the same in every epoch: all, or the last one of each
            slice of an epoch.
        weights: By epoch, the weights at its end.
        history: What `fit` returned.
        test: What `evaluate` returned on the test data; empty without test data.
        predictions: What `predict` returned on the test data, or without them the training data,
            `(n, k)`.
    """

    model: Any
    batch_sizes: np.ndarray
    running_losses: list[list[float]] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    weights: list[list[np.ndarray]] = field(default_factory=list)
    history: History = field(default_factory=History)
    test: dict[str, float] = field(default_factory=dict)
    predictions: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Begin a list of losses."""
        self.running_losses.append([])
        self.batches = []

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Record the mean loss so far."""
        self.running_losses[-1].append((logs or {})["loss"])
        # Keras counts the last slice of an epoch as a full one.
        self.batches.append(min(batch, len(self.batch_sizes) - 1))

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Copy the weights."""
        self.weights.append([np.array(weight) for weight in self.model.get_weights()])

    def step_losses(self, batches: Sequence[int] | None = None) -> np.ndarray:
        """Return each batch's loss before its step, from the running means, `(epochs, batches)`.

        Args:
            batches: The numbers of batches up to which losses are averaged, each from the
                previous one; `None` takes all that the training reported.
        """
        batches = self.batches if batches is None else batches
        places = [self.batches.index(batch) for batch in batches]
        num_samples = np.cumsum(self.batch_sizes)[list(batches)]
        totals = np.array(self.running_losses)[:, places] * num_samples
        return np.diff(totals, axis=1, prepend=0.0) / np.diff(num_samples, prepend=0)


@dataclass(frozen=True)
class Comparison:
    """Two trajectories and how far apart they are.

    Attributes:
        keras: The training with Keras.
        scratch: The training from scratch.
        step_differences: `|loss with Keras - loss from scratch|`, `(epochs, batches)`; where Keras
            takes several steps in one execution, of their mean losses.
        weight_differences: By epoch, the largest difference of a weight at its end.
        prediction_difference: The largest difference of a prediction after the training.
    """

    keras: Trajectory
    scratch: Trajectory
    step_differences: np.ndarray
    weight_differences: list[float]
    prediction_difference: float

    @property
    def speed_ratio(self) -> float:
        """Seconds per epoch with Keras, divided by those from scratch: above 1 the loop is faster.

        Medians over the epochs; the first one, which includes tracing, counts only if alone.
        """
        return _typical(self.keras.history.seconds) / _typical(self.scratch.history.seconds)


def train(
    training: ModuleType,
    model: Any,
    data: Pair,
    test_data: Pair | None,
    fit_arguments: Mapping[str, Any],
) -> Trajectory:
    """Train a model with one wing's `training` module and record it.

    Args:
        training: The wing's `training` module.
        model: A model of that wing.
        data: Inputs and targets.
        test_data: Inputs and targets that are evaluated after each epoch; without them the training
            data are predicted at the end.
        fit_arguments: Passed on to `fit`; `batch_size` among them.
    """
    trajectory = Trajectory(model, _batch_sizes(len(data[0]), fit_arguments["batch_size"]))
    trajectory.history = training.fit(
        model, *data, validation_data=test_data, callbacks=[trajectory], **fit_arguments
    )
    trajectory.test = training.evaluate(model, *test_data) if test_data else {}
    trajectory.predictions = training.predict(model, (test_data or data)[0])
    return trajectory


def compare(keras: Trajectory, scratch: Trajectory) -> Comparison:
    """Compare two trajectories."""
    both = _in_both(keras, scratch)
    return Comparison(
        keras,
        scratch,
        step_differences=np.abs(keras.step_losses(both) - scratch.step_losses(both)),
        weight_differences=[
            max(float(np.abs(a - b).max()) for a, b in zip(*pair, strict=True))
            for pair in zip(keras.weights, scratch.weights, strict=True)
        ],
        prediction_difference=float(np.abs(keras.predictions - scratch.predictions).max()),
    )


def show(comparison: Comparison) -> None:
    """Print the comparison as one table, and three lines below it."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table_rows = rows(comparison)
    columns = {name: shown for name, shown in _COLUMNS.items() if name in table_rows[0]}
    for heading, _ in columns.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for row in _thinned(table_rows):
        table.add_row(*(form.format(row[name]) for name, (_, form) in columns.items()))
    console = Console(highlight=False)
    console.width = max(console.width, 78)  # a narrower window would cut the numbers
    console.print(table)
    keras, scratch = comparison.keras, comparison.scratch
    print("losses apart: the largest difference of a batch's loss at any step of the epoch")
    print("weights apart: the largest difference of a weight at the end of the epoch")
    if "accuracy" in keras.test:
        print(
            f"test accuracy: {keras.test['accuracy']:.4f} with Keras, "
            f"{scratch.test['accuracy']:.4f} from scratch"
        )
    print(f"largest difference of a prediction: {comparison.prediction_difference:.0e}")
    print(
        f"seconds per epoch (median after the first): {_typical(keras.history.seconds):.3g} with "
        f"Keras, {_typical(scratch.history.seconds):.3g} from scratch, "
        f"ratio {comparison.speed_ratio:.2f}"
    )


_COLUMNS = {
    "epoch": ("epoch", "{}"),
    "loss_keras": ("loss\nKeras", "{:.4f}"),
    "loss_scratch": ("loss\nscratch", "{:.4f}"),
    "accuracy_keras": ("acc.\nKeras", "{:.4f}"),
    "accuracy_scratch": ("acc.\nscratch", "{:.4f}"),
    "step_difference": ("losses\napart", "{:.0e}"),
    "weight_difference": ("weights\napart", "{:.0e}"),
    "seconds_keras": ("seconds\nKeras", "{:.3g}"),
    "seconds_scratch": ("seconds\nscratch", "{:.3g}"),
}


def _thinned(table: list[dict[str, float]], most: int = 20) -> list[dict[str, float]]:
    """Return at most that many rows, evenly spread, including the first and the last."""
    if len(table) <= most:
        return table
    return [table[place] for place in np.linspace(0, len(table) - 1, most).round().astype(int)]


def rows(comparison: Comparison) -> list[dict[str, float]]:
    """Return one row per epoch, as the table and the CSV file show it."""
    keras, scratch = comparison.keras.history, comparison.scratch.history
    measured = {"loss": "loss", "accuracy": "accuracy"}
    measured |= {"test_loss": "val_loss", "test_accuracy": "val_accuracy"}
    return [
        {
            "epoch": epoch + 1,
            **{
                f"{name}_{wing}": getattr(history, values)[epoch]
                for name, values in measured.items()
                for wing, history in (("keras", keras), ("scratch", scratch))
                if getattr(history, values)
            },
            "step_difference": float(comparison.step_differences[epoch].max()),
            "weight_difference": comparison.weight_differences[epoch],
            "seconds_keras": keras.seconds[epoch],
            "seconds_scratch": scratch.seconds[epoch],
        }
        for epoch in range(len(keras))
    ]


def steps(comparison: Comparison) -> list[dict[str, float]]:
    """Return one row per step: the losses before it in both wings.

    Where Keras takes several steps in one execution, a row is about these: their mean losses.
    """
    both = _in_both(comparison.keras, comparison.scratch)
    losses = [one.step_losses(both).tolist() for one in (comparison.keras, comparison.scratch)]
    return [
        {"epoch": epoch, "batch": batch + 1, "loss_keras": keras, "loss_scratch": scratch}
        for epoch, of_epoch in enumerate(zip(*losses, strict=True), start=1)
        for batch, keras, scratch in zip(both, *of_epoch, strict=True)
    ]


def redrawn(folder: str | os.PathLike[str]) -> Any:
    """Return the picture of a comparison, drawn from the files that `save` wrote."""
    history, steps = (
        list(csv.DictReader(Path(folder, name).read_text(encoding="utf-8").splitlines()))
        for name in ("history.csv", "steps.csv")
    )
    metrics = json.loads(Path(folder, "metrics.json").read_text(encoding="utf-8"))
    return _picture(history, steps, metrics["title"])


def _picture(
    history: Sequence[Mapping[str, Any]], steps: Sequence[Mapping[str, Any]], title: str
) -> Any:
    """Draw the rows of `history.csv` and of `steps.csv`."""
    from kerasfoundations import plots

    def column(table: Sequence[Mapping[str, Any]], name: str) -> list[float]:
        return [float(row[name]) for row in table if name in row]

    apart = np.subtract(column(steps, "loss_keras"), column(steps, "loss_scratch"))
    return plots.compared_curves(
        column(history, "loss_keras"),
        column(history, "loss_scratch"),
        column(history, "test_loss_keras"),
        column(history, "test_loss_scratch"),
        np.abs(apart),
        title,
    )


def save(
    folder: str | os.PathLike[str], comparison: Comparison, settings: Mapping[str, Any], title: str
) -> None:
    """Write `metrics.json`, `history.csv`, `steps.csv` and `curves.png`, each atomically.

    Args:
        folder: The folder.
        comparison: What to write.
        settings: What else the result depends on.
        title: Title of the picture.
    """
    from kerasfoundations.runs.folder import remove_leftovers, to_json
    from kerasfoundations.system.versions import versions

    keras, scratch = comparison.keras, comparison.scratch
    both = {"keras": keras, "scratch": scratch}
    metrics = {
        "title": title,
        **settings,
        "test_accuracy": {w: t.test.get("accuracy") for w, t in both.items()},
        "test_loss": {w: t.test.get("loss") for w, t in both.items()},
        "largest_step_difference": float(comparison.step_differences.max()),
        "largest_weight_difference": max(comparison.weight_differences),
        "largest_prediction_difference": comparison.prediction_difference,
        "seconds": {"keras": sum(keras.history.seconds), "scratch": sum(scratch.history.seconds)},
        "speed_ratio": comparison.speed_ratio,
        "versions": versions(),
    }
    by_epoch, by_step = rows(comparison), steps(comparison)
    texts = {"metrics.json": to_json(metrics)}
    texts |= {"history.csv": _csv(by_epoch), "steps.csv": _csv(by_step)}
    figure = _picture(by_epoch, by_step, title)
    with contextlib.ExitStack() as files:
        for name, text in texts.items():
            temporary = files.enter_context(replacing(Path(folder) / name))
            temporary.write_text(text, encoding="utf-8")
        figure.savefig(files.enter_context(replacing(Path(folder) / "curves.png")), dpi=150)
    remove_leftovers(Path(folder), [*texts, "curves.png"])


def _in_both(keras: Trajectory, scratch: Trajectory) -> list[int]:
    """Return the numbers of the batches that both runs reported."""
    return sorted(set(keras.batches) & set(scratch.batches))


def _csv(table: Sequence[Mapping[str, float]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def _batch_sizes(num_samples: int, batch_size: int) -> np.ndarray:
    sizes = np.full(-(-num_samples // batch_size), batch_size)
    sizes[-1] = num_samples - batch_size * (len(sizes) - 1)
    return sizes


def _typical(seconds: list[float]) -> float:
    return float(np.median(seconds[1:] or seconds))
