"""Progress of a training run: a bar in a terminal, a plain line per epoch elsewhere."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from kerasfoundations.loop.compile_time import CompileTime
from kerasfoundations.loop.history import TIMES, Callback, Logs

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_NOT_SHOWN = (*TIMES, "learning_rate")  # too small for four decimals


@contextlib.contextmanager
def training_progress(epochs: int, num_batches: int, verbose: int) -> Iterator[list[EpochWords]]:
    """Yield the callbacks that show a training run's progress: one, or none when `verbose` is 0.

    Args:
        epochs: Number of epochs to come.
        num_batches: Batches in an epoch.
        verbose: 0 shows nothing; 1 a bar in a terminal and a line per epoch elsewhere.
    """
    if not verbose:
        yield []
    elif not shows_bar(verbose):
        yield [PlainProgress(epochs)]
    else:
        with _bar() as bar:
            yield [BarProgress(bar, epochs, num_batches)]


def shows_bar(verbose: int) -> bool:
    """Return whether the progress is a bar, which has to see every batch."""
    return bool(verbose) and sys.stdout.isatty()


class EpochWords(Callback):
    """What bar and lines share: the words about an epoch.

    Attributes:
        compiling: What compiling took, set by the run; `None` if nothing is compiled.
    """

    compiling: CompileTime | None = None

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs
        self._first = True

    def line(self, epoch: int, logs: Logs | None) -> str:
        """Return the line of an epoch; that of the first one says what compiling took."""
        words = f"epoch {epoch + 1}/{self.epochs}  {_words(logs or {})}"
        seconds = self.compiling.seconds if self.compiling and self._first else None
        self._first = False
        return f"{words}, {seconds:.2f} s of them compiling" if (seconds or 0) >= 0.1 else words


class PlainProgress(EpochWords):
    """One line per epoch, for logs, pipes and notebooks."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Print the line."""
        print(self.line(epoch, logs), flush=True)


class BarProgress(EpochWords):
    """A bar over the batches of the current epoch; each finished epoch leaves its line above."""

    def __init__(self, bar: Bar, epochs: int, num_batches: int) -> None:
        super().__init__(epochs)
        self.bar = bar
        self.num_batches = num_batches

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Start a bar."""
        name = f"epoch {epoch + 1}/{self.epochs}"
        self.task = self.bar.add_task(name, total=self.num_batches, words="")

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Advance the bar."""
        done = min(batch + 1, self.num_batches)  # Keras counts whole executions of several steps
        self.bar.update(self.task, completed=done, words=_words(logs or {}))

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Replace the epoch's bar by its line."""
        self.bar.remove_task(self.task)
        self.bar.console.print(self.line(epoch, logs), highlight=False, markup=False)


def _bar() -> Bar:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.table import Column

    def text(template: str) -> TextColumn:
        return TextColumn(template, table_column=Column(no_wrap=True))

    return Progress(
        text("{task.description}"),
        BarColumn(bar_width=16),
        MofNCompleteColumn(table_column=Column(no_wrap=True)),
        text("{task.fields[words]}"),
    )


def _words(logs: Logs) -> str:
    """Format the logs: `loss 0.2613  accuracy 0.9247 …`."""
    others = sorted(set(logs) - {"loss", "accuracy", "val_loss", "val_accuracy", *_NOT_SHOWN})
    own = ["loss", "accuracy", *(name for name in others if not name.startswith("val_"))]
    names = own + [f"val_{name}" for name in own]
    words = [
        f"{name} {np.float32(logs[name]):.4f}"  # as Keras counts: 0.96225 rounds alike then
        for name in names
        if name in logs
    ]
    if "seconds" in logs:
        words.append(f"{logs['seconds']:.2f} s ({logs['examples_per_second']:,.0f} examples/s)")
    return "  ".join(words)
