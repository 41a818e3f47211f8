"""What the callbacks of both wings have in common: a table, a record, a file, a search."""

from __future__ import annotations

import csv
import math
import os
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.loop import history
from kerasfoundations.loop.divergence import check_loss
from kerasfoundations.loop.history import TIMES, Logs, without_times

clock = time.perf_counter


class Table:
    """A table with a row per epoch, printed."""

    columns: Sequence[str] = ()

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin a table."""
        self.columns = ()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Print the row, and the names of the columns above the first one."""
        cells = _cells(epoch, dict(logs or {}))
        widths = [max(len(name), 8) for name in cells]
        if tuple(cells) != self.columns:
            self.columns = tuple(cells)
            print("  ".join(map(str.rjust, self.columns, widths)))
        print("  ".join(map(str.rjust, cells.values(), widths)), flush=True)


class Record:
    """The loss of every batch, and the losses and metrics of every epoch."""

    needs_learner, works_in_fit = True, False
    learner: Any

    def __init__(self) -> None:
        super().__init__()
        self.batch_losses: list[float] = []
        self.epoch_ends: list[int] = []
        self.epochs: dict[str, list[float]] = {}

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Record the loss of the batch, which is not the mean in the logs."""
        self.batch_losses.append(self.learner.batch_loss)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Record the losses and metrics of the epoch."""
        self.epoch_ends.append(len(self.batch_losses))
        for name, value in without_times(logs or {}).items():
            self.epochs.setdefault(name, []).append(value)

    def figure(self, title: str = "") -> Any:
        """Draw the losses, and the metrics if there are any."""
        from kerasfoundations import plots

        return plots.training_record(self.batch_losses, self.epoch_ends, self.epochs, title)


class Rows:
    """A CSV file with a row per epoch, without the two times that the `History` has as well."""

    needs_learner, works_in_fit = False, True

    def __init__(
        self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False
    ) -> None:
        super().__init__()
        checks.path(filename, "filename")
        self.filename = os.fspath(filename)
        self.separator = checks.character("separator", separator)
        self.append = checks.flag("append", append)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin the file, or keep what is in it."""
        self.columns: list[str] = []
        with open(self.filename, "a" if self.append else "w"):
            pass

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the row, and the header above the first one."""
        values = without_times(logs or {})
        if not self.columns:
            self.columns = sorted(values)
            if not any(name.startswith("val_") for name in values):
                self.columns += [f"val_{name}" for name in self.columns]
        with open(self.filename, "a", newline="") as file:
            write = csv.writer(file, delimiter=self.separator).writerow
            if file.tell() == 0:
                write(["epoch", *self.columns])
            write([epoch, *(values.get(name, "NA") for name in self.columns)])


class Deadline:
    """A callback that ends training after the epoch in which its time is up."""

    needs_learner = works_in_fit = True

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = checks.positive_number("seconds", seconds)
        self.stopped_epoch: int | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Start the clock."""
        self.stopped_epoch, self._began = None, clock()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """End the training if the time is up."""
        if clock() - self._began >= self.seconds:
            self.stopped_epoch = epoch
            self.end_training()

    def end_training(self) -> None:
        """Have the training end after this epoch."""
        raise NotImplementedError


class FiniteLoss(history.Callback):
    """A callback that ends a `Learner`'s training when the loss of a batch is not finite.

    Args:
        learner: The `Learner`, whose `batch_loss` is checked.
    """

    def __init__(self, learner: Any) -> None:
        self.learner = learner

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Remember the epoch."""
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Check the loss."""
        check_loss(self.learner.batch_loss, self.epoch, batch)


class RateSearch:
    """Learning rates on a geometric grid, the losses they led to, and what follows from them."""

    needs_learner = searches = True
    learner: Any

    def __init__(
        self,
        min_learning_rate: float = 1e-7,
        max_learning_rate: float = 10.0,
        num_steps: int = 100,
        stop_factor: float = 4.0,
    ) -> None:
        super().__init__()
        low, high = checks.learning_rate_range(min_learning_rate, max_learning_rate)
        self.num_steps = checks.two_or_more("num_steps", num_steps)
        self.stop_factor = checks.number_above_1("stop_factor", stop_factor)
        self.grid = np.geomspace(low, high, self.num_steps)
        self.learning_rates: list[float] = []
        self.losses: list[float] = []

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Record the loss, and end the search when it has seen enough."""
        loss = self.learner.batch_loss
        self.losses.append(loss)
        small = math.isfinite(loss) and loss <= self.stop_factor * min(self.losses)
        if not small or len(self.losses) == self.num_steps:
            self.learner.stop_training = True

    @property
    def smoothed_losses(self) -> np.ndarray:
        """Each loss averaged with its two neighbours on either side; finite losses only."""
        losses = [loss for loss in self.losses if math.isfinite(loss)]
        return np.array([np.mean(losses[max(0, i - 2) : i + 3]) for i in range(len(losses))])

    @property
    def suggestion(self) -> float:
        """The rate at which the smoothed loss falls most steeply before it is smallest.

        Its slope is taken against the logarithm of the rate, by central differences.

        Raises:
            ValueError: when fewer than two losses were finite.
        """
        smoothed = self.smoothed_losses
        if len(smoothed) < 2:
            raise ValueError(
                f"a suggestion takes two finite losses or more, received {len(smoothed)}: search "
                "first, or lower min_learning_rate."
            )
        slopes = np.gradient(smoothed, np.log(self.learning_rates[: len(smoothed)]))
        return self.learning_rates[int(np.argmin(slopes[: np.argmin(smoothed) + 1]))]

    def figure(self, title: str = "") -> Any:
        """Draw the losses against the learning rates."""
        from kerasfoundations import plots

        return plots.learning_rate_search(
            self.learning_rates, self.losses, self.smoothed_losses, self.suggestion, title
        )


def _cells(epoch: int, logs: dict[str, float]) -> dict[str, str]:
    """Return a row of the table, by column name."""
    losses = [name for name in ("loss", "val_loss") if name in logs]
    metrics = [name for name in logs if name not in (*losses, *TIMES)]
    cells = {"epoch": f"{epoch + 1}"}
    for name in losses + metrics:
        kind = "valid" if name.startswith("val_") else "train"
        cells[f"{kind} {name.removeprefix('val_')}"] = f"{np.float32(logs[name]):.4f}"
    return cells | ({"time": f"{logs['seconds']:.2f} s"} if "seconds" in logs else {})
