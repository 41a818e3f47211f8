"""One run of a training loop: its callbacks, its position, and what ends it early.

A loop opens a run and iterates over its epochs and batches:

    with Run(training, batches, epochs=5, execution="graph") as run:
        for epoch in run.epochs():
            for batch in run.batches(epoch):
                run.end_batch(*step(*batch))
            run.end_epoch(validate)

The run calls the hooks of all callbacks, shows the progress, keeps the clock, takes the means over
an epoch, saves and reads checkpoints, and reports training that diverges. Keras's `fit` has its
own loops: there a run is opened around it, and Keras callbacks keep `run.position`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Protocol

import numpy as np

from kerasfoundations import checks
from kerasfoundations.loop.checkpoint_files import BaseCheckpoints, Training, resumable
from kerasfoundations.loop.compile_time import CompileTime
from kerasfoundations.loop.divergence import check_loss, check_weights
from kerasfoundations.loop.history import Callback, Position, call_all, watches_batches
from kerasfoundations.loop.progress import training_progress
from kerasfoundations.loop.slices import slices_of_epoch

NUM_SLICES = 20  # of an epoch in one program, where somebody watches its batches


class Batches(Protocol):
    """What a run iterates over: a `BatchGenerator`, or a loader with the same methods."""

    @property
    def num_samples(self) -> int:
        """The number of samples in an epoch."""

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""

    def order(self, epoch: int) -> np.ndarray:
        """Return the order of the samples in an epoch."""

    def batch(self, order: np.ndarray, index: int) -> tuple[Any, ...]:
        """Return batch number `index` of the epoch with that order."""

    def size(self, index: int) -> int:
        """Return the number of samples in batch number `index`."""


class CheckedBatches:
    """A loader's batches, each checked before a step sees it; each pass is the next epoch."""

    def __init__(self, loader: Any, check: Callable[[Any], Any]) -> None:
        self.loader, self.check = loader, check
        self.num_samples = loader.num_samples

    def __len__(self) -> int:
        return len(self.loader)

    def order(self, epoch: int) -> np.ndarray:
        """Advance the loader to its next epoch and return its order."""
        self.loader.epoch += 1
        return self.loader.order(self.loader.epoch - 1)

    def batch(self, order: np.ndarray, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return batch number `index` of that epoch."""
        return self.check(self.loader.batch(order, index))

    def size(self, index: int) -> int:
        """Return the number of samples in it."""
        return self.loader.size(index)


class Run:
    """One training run, from its first epoch to its last.

    Args:
        training: What is trained: wing, model, optimizer, and the history that is filled.
        batches: What it is trained on.
        epochs: After how many epochs it ends, including those done before.
        execution: How the steps are run. With `"epoch"` a batch is a slice of an epoch:
            the order of its samples, its first batch and the one after its last.
        callbacks: Objects with the methods of `history.Callback`.
        checkpoints: Where and how often to save the training; `None` saves nothing.
        resume: Whether to resume from what is saved there.
        verbose: 0 shows nothing, 1 the progress.
        within_epochs: Whether a training run can resume in the middle of an epoch.
        may_diverge: Whether to allow a loss that is not finite, as a callback may that ends the
            training itself (`handles_divergence`).
        initial_epoch: How many epochs were done before, if no checkpoint says so.
        validation_freq: After how many epochs to validate, or after which ones, counted from 1.
        metrics: Objects whose sums each step adds to; their results belong to an epoch.

    Attributes:
        position: How far the training is; set when the run is entered.
        watchers: All callbacks, in the order in which they are called.
        stopped: If set to `True`, the training ends after the current batch or epoch;
            `stop_training`, the name that callbacks know, is the same.

    Raises:
        ValueError: for a number of epochs below 1.

    Example:
        >>> from kerasfoundations.data import BatchGenerator
        >>> from kerasfoundations.loop.history import History
        >>> training = Training("scratch", None, None, History())
        >>> batches = BatchGenerator(np.zeros((3, 2)), np.zeros(3), batch_size=2)
        >>> with Run(training, batches, epochs=2, execution="graph", verbose=0) as run:
        ...     for epoch in run.epochs():
        ...         for x, y in run.batches(epoch):
        ...             run.end_batch(loss=float(len(x)))
        ...         run.end_epoch()
        >>> training.history.loss  # (2·2 + 1·1) / 3
        [1.6666666666666667, 1.6666666666666667]
    """

    position: Position
    watchers: list[Callback]

    def __init__(
        self,
        training: Training,
        batches: Batches,
        *,
        epochs: int,
        execution: str,
        callbacks: Sequence[Callback] = (),
        checkpoints: BaseCheckpoints | None = None,
        resume: bool = False,
        verbose: int = 1,
        within_epochs: bool = True,
        may_diverge: bool = False,
        initial_epoch: int = 0,
        validation_freq: int | Collection[int] = 1,
        metrics: Sequence[Any] = (),
    ) -> None:
        self.training, self.data, self.execution = training, batches, execution
        self.last_epoch = checks.positive_integer("epochs", epochs)
        self.callbacks, self.verbose = callbacks, verbose
        self.checkpoints, self.resume, self.within_epochs = checkpoints, resume, within_epochs
        handled = any(getattr(callback, "handles_divergence", False) for callback in callbacks)
        self.may_diverge, self.stopped = may_diverge or handled, False
        self.initial_epoch = checks.integer_of_0_or_more("initial_epoch", initial_epoch)
        self.validation_freq = checks.validation_freq(validation_freq)
        self.metrics = [metric for metric in metrics if not isinstance(metric, str)]
        training.sums = [variable for metric in self.metrics for variable in metric.variables]
        self._logs: dict[str, float] = {}
        self.compiling = CompileTime()
        self._contexts = ExitStack()

    def __enter__(self) -> Run:
        with ExitStack() as entered:
            progress = entered.enter_context(
                training_progress(self.last_epoch, len(self.data), self.verbose)
            )
            self.position, savers = entered.enter_context(
                resumable(
                    self.checkpoints,
                    self.resume,
                    self.training,
                    self.data,
                    self.last_epoch,
                    self.execution,
                    self.within_epochs,
                )
            )
            if self.position.resumed:
                self._notify("skip", self.position.epoch)
            self.position.epoch = max(self.position.epoch, self.initial_epoch)
            for shown in progress:
                shown.compiling = self.compiling if self.execution != "eager" else None
            self.watchers = [self.training.history, *progress, *self.callbacks, *savers]
            self._contexts = entered.pop_all()
        return self

    def __exit__(self, *error: Any) -> bool | None:
        return self._contexts.__exit__(*error)

    @property
    def whole_epochs(self) -> bool:
        """Whether a call takes many steps, on however many devices."""
        return self.execution.split()[0] == "epoch"

    @property
    def network(self) -> Any:
        """The model that is trained, under the name that a `Learner` has for it."""
        return self.training.model

    @property
    def optimizer(self) -> Any:
        """What trains it."""
        return self.training.optimizer

    @property
    def stop_training(self) -> bool:
        """Whether the training ends after the current batch or epoch."""
        return self.stopped

    @stop_training.setter
    def stop_training(self, value: bool) -> None:
        self.stopped = value

    def epochs(self) -> Iterator[int]:
        """Yield the remaining epochs, counted from 0."""
        self._notify("on_epoch_end")  # of what shuffles itself: Keras does so before the first
        call_all(self.watchers, "on_train_begin")
        for epoch in range(self.position.epoch, self.last_epoch):
            if not self.position.step:
                for metric in self.metrics:
                    metric.reset_state()
            call_all(self.watchers, "on_epoch_begin", epoch)
            self.position.start_clock()
            self.compiling.begin(self.position.step)
            yield epoch
            if self.stopped:
                break
        self._finalize()
        call_all(self.watchers, "on_train_end", self._logs)

    def _notify(self, hook: str, *arguments: Any) -> None:
        """Call a hook of data that somebody else made; a `BatchGenerator` has none."""
        if hasattr(self.data, hook):
            getattr(self.data, hook)(*arguments)

    def _finalize(self) -> None:
        """Set the weights to their averages, if the optimizer keeps any: a callback comes later."""
        finalize = getattr(self.training.optimizer, "finalize_variable_values", None)
        if finalize:
            finalize(self.training.model.trainable_weights)

    def batches(self, epoch: int) -> Iterator[tuple[Any, ...]]:
        """Yield the arguments of a step, for each remaining batch of an epoch."""
        self._notify("on_epoch_begin")
        order = self.data.order(epoch)
        if self.whole_epochs:
            for first, last in self._slices():
                yield order, first, last
                if self.stopped:
                    break
        else:
            for index in range(self.position.step, len(self.data)):
                batch = self.data.batch(order, index)
                call_all(self.watchers, "on_train_batch_begin", index)
                yield batch
                if self.stopped:
                    break

    def _slices(self) -> Iterator[tuple[int, int]]:
        num_slices = NUM_SLICES if watches_batches(self.watchers) else 1
        every, step = getattr(self.checkpoints, "every", None), self.position.step
        if self.compiling.pending and step + 1 < len(self.data):  # one batch, to time its compiling
            yield step, step + 1
            step += 1
        yield from slices_of_epoch(step, len(self.data), num_slices, every)

    def end_batch(self, loss: Any, accuracy: Any = None, **metrics: Any) -> None:
        """Record what a step returned: a number for each, or for a slice an array for each."""
        values = {"loss": loss, "accuracy": accuracy, **metrics}
        arrays = {name: np.atleast_1d(v) for name, v in values.items() if v is not None}
        count = len(arrays["loss"])
        self.compiling.end_call(self.position.step + count)
        for place in range(count):
            index = self.position.step
            if self.whole_epochs:
                call_all(self.watchers, "on_train_batch_begin", index)
            own = {name: float(array[place]) for name, array in arrays.items()}
            if not self.may_diverge:
                check_loss(own["loss"], self.position.epoch, index)
            logs = self.position.take(self.data.size(index), **own)
            self.position.exact = place == count - 1  # the weights are those after the slice
            call_all(self.watchers, "on_train_batch_end", index, logs)

    def end_epoch(self, validate: Callable[[], Mapping[str, float]] | None = None) -> None:
        """End an epoch: stop the clock, then validate, then call the callbacks.

        Args:
            validate: Returns the results on the validation data, by name; `None` if there are none.
        """
        position = self.position
        self._notify("on_epoch_end")
        self._logs = position.mean.logs | position.timing(position.mean.num_samples)
        self.note_compiling()
        if not self.may_diverge:
            check_weights(getattr(self.training.model, "get_weights", list)(), position.epoch)
        self._logs |= {m.name: checks.one_value(m.name, m.result()) for m in self.metrics}
        if validate is not None and self.validates(position.epoch + 1):
            self._logs |= {f"val_{name}": value for name, value in validate().items()}
        call_all(self.watchers, "on_epoch_end", position.epoch, self._logs)
        position.end_epoch()

    def note_compiling(self) -> None:
        """Put what compiling took into the history, once the first epoch has ended."""
        self.compiling.finish()
        if self.execution != "eager":
            self.training.history.compile_seconds = self.compiling.seconds

    def validates(self, number: int) -> bool:
        """Return whether to validate after epoch `number`, counted from 1."""
        if isinstance(self.validation_freq, int):
            return number % self.validation_freq == 0
        return number in self.validation_freq
