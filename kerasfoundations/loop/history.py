"""The history of a training run, epoch by epoch, and the hooks that watch it.

Both wings call the same hooks with the same logs, so a callback works with either.
"""

from __future__ import annotations

import csv
import io
import math
import time
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Logs = MutableMapping[str, float]  # a callback may add to them, for those after it
TIMES = ("seconds", "examples_per_second")


class Callback:
    """A watcher of a training run; override what you need. The names and the logs are Keras's.

    The logs of a batch hold `loss` and `accuracy`, averaged over the samples of the epoch so far;
    those of an epoch hold `History`'s values.

    Example:
        >>> class Printer(Callback):
        ...     def on_epoch_end(self, epoch, logs=None):
        ...         print(f"epoch {epoch + 1}: loss {logs['loss']}")
        >>> call_all([Printer()], "on_epoch_end", 0, {"loss": 0.25})
        epoch 1: loss 0.25
    """

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Before the first epoch."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Before an epoch; `epoch` counts from 0."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch; `batch` counts from 0."""

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch; `batch` counts from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """After an epoch, validation included."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """After the last epoch, with its logs."""


def call_all(callbacks: Iterable[Callback], hook: str, *arguments: Any) -> None:
    """Call one hook of each callback, in order.

    Args:
        callbacks: The callbacks.
        hook: Name of the method, such as `"on_epoch_end"`.
        *arguments: What it is called with.

    Example:
        >>> call_all([Callback(), Callback()], "on_epoch_begin", 0)
    """
    for callback in callbacks:
        getattr(callback, hook)(*arguments)


def watches_batches(callbacks: Iterable[Callback]) -> bool:
    """Return whether any of them overrides a hook for batches.

    Args:
        callbacks: The callbacks.

    Returns:
        `True` when the batches have to be reported one by one.

    Example:
        >>> watches_batches([Callback(), History()])
        False
    """
    hooks = ("on_train_batch_begin", "on_train_batch_end")
    return any(
        getattr(type(callback), hook, None) is not getattr(Callback, hook)
        for callback in callbacks
        for hook in hooks
    )


_COLUMNS = ("loss", "accuracy", "val_loss", "val_accuracy", "seconds", "examples_per_second")


def _values(name: str) -> Any:
    """Return a property: the values of that name, one for each epoch that has it."""
    return property(lambda history: history.history.get(name, []))


@dataclass
class History(Callback):
    """What was measured in each epoch.

    Attributes:
        epoch: The number of each epoch, from 0.
        rows: The values of each epoch, by name.
        history: The other way round, as Keras has it: for each name the list of its values.
        loss: Mean loss over the epoch's samples, each taken before the step that it led to.
        accuracy: The same for the accuracy.
        val_loss: Mean loss over the validation data after the epoch; empty if there are none.
        val_accuracy: The same for the accuracy.
        seconds: Time that the epoch's steps took, in seconds, without validation; in the first
            epoch it includes the tracing.
        examples_per_second: Samples divided by these seconds.
        compile_seconds: How many of the seconds of the process's first epoch went into tracing and
            compiling the step; `None` in eager mode, or if that epoch was a single call.

    Example:
        >>> history = History()
        >>> history.on_epoch_end(0, {"loss": 0.25, "seconds": 2.0})
        >>> history.loss, len(history)
        ([0.25], 1)
        >>> history.history
        {'loss': [0.25], 'seconds': [2.0]}
    """

    epoch: list[int] = field(default_factory=list)
    rows: list[dict[str, float]] = field(default_factory=list)
    compile_seconds: float | None = field(default=None, compare=False)

    loss = _values("loss")
    accuracy = _values("accuracy")
    val_loss = _values("val_loss")
    val_accuracy = _values("val_accuracy")
    seconds = _values("seconds")
    examples_per_second = _values("examples_per_second")

    def __len__(self) -> int:
        """Return the number of epochs."""
        return len(self.rows)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Append the values of an epoch."""
        self.epoch.append(epoch)
        self.rows.append({name: float(value) for name, value in (logs or {}).items()})

    @property
    def history(self) -> dict[str, list[float]]:
        """For each name the values of the epochs that have it."""
        columns = self.columns().items()
        return {name: [value for value in column if value is not None] for name, column in columns}

    def columns(self) -> dict[str, list[float | None]]:
        """Return for each name a value per epoch, `None` where it was not measured."""
        found = sorted({name for row in self.rows for name in row})
        names = [name for name in _COLUMNS if name in found]  # in the same order in both wings
        names += [name for name in found if name not in _COLUMNS]
        return {name: [row.get(name) for row in self.rows] for name in names}

    def restore(self, epoch: list[int], columns: Mapping[str, list[float | None]]) -> None:
        """Become what `epoch` and `columns()` were."""
        values = {name: column for name, column in columns.items() if column}
        self.epoch[:] = epoch
        self.rows[:] = [
            {name: value for name, column in values.items() if (value := column[i]) is not None}
            for i in range(len(epoch))
        ]

    def to_csv(self) -> str:
        """Return CSV: a column `epoch` from 1, then one for each name; what is missing is blank."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        names = dict.fromkeys([*_COLUMNS, *self.columns()])
        writer.writerow(["epoch", *names])
        for epoch, row in zip(self.epoch, self.rows, strict=True):
            writer.writerow([epoch + 1, *(row.get(name, "") for name in names)])
        return text.getvalue()

    def to_frame(self) -> Any:
        """Return a `pandas.DataFrame`: a row per epoch, a column per name, NaN where it is missing.

        Raises:
            ImportError: when pandas is not installed.

        Example:
            >>> history = History()
            >>> history.on_epoch_end(0, {"loss": 0.5})
            >>> history.on_epoch_end(1, {"loss": 0.25, "val_loss": 0.5})
            >>> history.to_frame()
                   loss  val_loss
            epoch
            0      0.50       NaN
            1      0.25       0.5
        """
        import pandas

        return pandas.DataFrame(self.rows, index=pandas.Index(self.epoch, name="epoch"))

    def figure(self, title: str = "") -> Any:
        """Draw each metric over the epochs; the figure can be shown or saved.

        Example:
            >>> history = History()
            >>> history.on_epoch_end(0, {"loss": 0.5, "accuracy": 0.75})
            >>> [ax.get_ylabel() for ax in history.figure().axes]
            ['loss', 'accuracy']
        """
        from kerasfoundations import plots

        found = {  # missing values are NaN: a gap in the curve
            name: np.array(column, dtype=float).tolist() for name, column in self.columns().items()
        }
        timed = ("seconds", "examples_per_second")
        names = [name for name in found if not name.startswith("val_") and name not in timed]
        curves = {name: (found[name], found.get(f"val_{name}", [])) for name in names}
        return plots.metric_curves(curves, title=title)


@dataclass
class RunningMean:
    """Means over the samples of an epoch so far, each batch weighted by its size.

    Without the weights the smaller last batch would count as much as a whole one.

    Attributes:
        totals: By name, the sum of the values, each times the size of its batch.
        num_samples: Number of samples so far.

    Example:
        >>> mean = RunningMean()
        >>> mean.add(3, loss=1.0)
        {'loss': 1.0}
        >>> mean.add(1, loss=2.0)
        {'loss': 1.25}
    """

    totals: dict[str, float] = field(default_factory=dict)
    num_samples: int = 0

    def add(self, num_samples: int, **values: float) -> dict[str, float]:
        """Add a batch's means and return the means so far."""
        self.num_samples += num_samples
        for name, value in values.items():
            self.totals[name] = self.totals.get(name, 0.0) + value * num_samples
        return self.logs

    @property
    def logs(self) -> dict[str, float]:
        """The means so far, by name."""
        return {name: total / self.num_samples for name, total in self.totals.items()}


@dataclass
class Position:
    """Where a training run stands.

    Attributes:
        epoch: Epochs that are done.
        step: Batches of the next epoch that are done.
        mean: The means over these batches.
        seconds: The time that they took.
        exact: Whether the weights are those after these batches; while a compiled slice of several
            is reported batch by batch, they are those at its end.
        resumed: Whether the training was resumed from a checkpoint.

    Example:
        >>> position = Position()
        >>> position.take(2, loss=0.5), position.step
        ({'loss': 0.5}, 1)
        >>> position.end_epoch()
        >>> position.epoch, position.step, position.mean.logs
        (1, 0, {})
    """

    epoch: int = 0
    step: int = 0
    mean: RunningMean = field(default_factory=RunningMean)
    seconds: float = 0.0
    exact: bool = True
    resumed: bool = False

    def start_clock(self) -> None:
        """Start the clock before the next batch; earlier batches of the epoch count as well."""
        self._started = time.perf_counter() - self.seconds

    def timing(self, num_samples: int) -> dict[str, float]:
        """Return the two time entries of the logs of an epoch of that many samples."""
        self.seconds = time.perf_counter() - self._started
        return timing(self.seconds, num_samples)

    def take(self, num_samples: int, **values: float) -> dict[str, float]:
        """Count a batch and return the means so far."""
        self.step += 1
        return self.mean.add(num_samples, **values)

    def end_epoch(self) -> None:
        """Count an epoch; the next one has no batch yet."""
        self.epoch, self.step = self.epoch + 1, 0
        self.mean, self.seconds, self.exact = RunningMean(), 0.0, True


def timing(seconds: float, num_samples: int) -> dict[str, float]:
    """Return the two time entries of an epoch's logs.

    Args:
        seconds: Time that the steps took.
        num_samples: Number of samples they saw.

    Returns:
        `seconds` and `examples_per_second`.

    Example:
        >>> timing(2.0, 4000)
        {'seconds': 2.0, 'examples_per_second': 2000.0}
    """
    rate = num_samples / seconds if seconds > 0 else math.inf
    return dict(zip(TIMES, (seconds, rate), strict=True))


def without_times(logs: Mapping[str, float]) -> dict[str, float]:
    """Return an epoch's logs without the time entries, as Keras's own `fit` has them.

    Args:
        logs: Values by name.

    Returns:
        The others.

    Example:
        >>> without_times({"loss": 0.5, "seconds": 2.0})
        {'loss': 0.5}
    """
    return {name: value for name, value in logs.items() if name not in TIMES}
