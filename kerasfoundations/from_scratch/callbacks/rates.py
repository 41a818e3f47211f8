"""Callbacks that set the learning rate: by a function, on a plateau, or to search for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.callbacks.base import Callback, Monitor, copies, restore
from kerasfoundations.loop import shared_callbacks
from kerasfoundations.loop.history import Logs


class LearningRateScheduler(Callback):
    """`η_e = schedule(e, η_{e-1})`: a callback that sets the learning rate before each epoch.

    The rate is a variable, so nothing is compiled again. After the epoch it is in the logs as
    `learning_rate`, where later callbacks find it. It works in `training.fit` and in a `Learner`.

    A run that resumes from a checkpoint continues with the number of the epoch and the rate. If it
    was stopped within an epoch, the function is called again for that epoch: a rate that depends on
    `e` alone is then the same.

    Args:
        schedule: A function of the number of the epoch, from 0, and the rate so far; it returns a
            rate above 0.
        verbose: Whether to print each rate.

    Raises:
        ValueError: for anything but a function; during training, when it returns no such rate, or
            when the optimizer has one of `schedules`, which sets the rate at each step.

    Example:
        >>> halve = LearningRateScheduler(lambda epoch, rate: rate / 2 if epoch else rate)
        >>> [halve.schedule(epoch, 0.5) for epoch in range(3)]
        [0.5, 0.25, 0.25]
    """

    def __init__(self, schedule: Callable[[int, float], float], verbose: int = 0) -> None:
        checks.function("schedule", schedule)
        self.schedule, self.verbose = schedule, checks.flag("verbose", verbose)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Set the rate of the epoch."""
        optimizer = self.learner.optimizer
        optimizer.learning_rate = rate = self.schedule(epoch, optimizer.learning_rate)
        if self.verbose:
            setting = f"LearningRateScheduler setting learning rate to {rate}."
            print(f"\nEpoch {epoch + 1}: {setting}")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Add the rate to the logs."""
        if logs is not None:
            logs["learning_rate"] = self.learner.optimizer.learning_rate


class ReduceLROnPlateau(Monitor):
    """`η ← max(f·η, η_min)` after `patience` epochs without improvement.

    The rate is a variable, so nothing is compiled again; after each epoch the one that it had is in
    the logs as `learning_rate`. It works in `training.fit` and in a `Learner`, and decides as
    `keras.callbacks.ReduceLROnPlateau` does.

    It forgets all but the rate when training begins: a run that resumes from a checkpoint has
    its reduced rate, and its whole patience again.

    Args:
        monitor: The name of a value in the epoch's logs, as in `EarlyStopping`.
        factor: `f`, above 0 and below 1.
        patience: How many epochs to wait without improvement.
        verbose: Whether to print each reduction.
        mode: `"min"` or `"max"`: which is better; `"auto"` knows for losses and accuracies.
        min_delta: A change must be larger than this to count.
        cooldown: How many epochs to rest after a reduction; the last of them counts again, so that
            1 is as good as 0.
        min_lr: `η_min`, 0 or more.

    Attributes:
        best: The best value; `wait` and `cooldown_counter` count the epochs.

    Raises:
        ValueError: for an unknown mode, a metric that `"auto"` does not know, or a number out of
            range; when training begins, if the optimizer has one of `schedules`.

    Example:
        >>> from types import SimpleNamespace
        >>> from kerasfoundations.from_scratch.optimizers import SGD
        >>> plateau = ReduceLROnPlateau("loss", factor=0.5, patience=2)
        >>> plateau.learner = SimpleNamespace(optimizer=SGD(1.0))
        >>> plateau.on_train_begin()
        >>> for epoch, loss in enumerate([0.9, 0.7, 0.8, 0.7, 0.6]):
        ...     plateau.on_epoch_end(epoch, {"loss": loss})
        ...     print(plateau.learner.optimizer.learning_rate)
        1.0
        1.0
        1.0
        0.5
        0.5
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        self.factor = checks.share_inside("factor", factor)
        self.patience = checks.number_of_0_or_more("patience", patience)
        self.verbose = checks.flag("verbose", verbose)
        self.cooldown = checks.integer_of_0_or_more("cooldown", cooldown)
        self.min_lr = checks.number_of_0_or_more("min_lr", min_lr)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget any earlier training run."""
        checks.no_schedule(getattr(self.learner.optimizer, "schedule", None))
        self.best = None
        self.wait = self.cooldown_counter = 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Count the epochs without improvement, and reduce the rate if they are too many."""
        rate = self.learner.optimizer.learning_rate
        if logs is not None:
            logs["learning_rate"] = rate
        value = self.monitored(logs)
        if value is None:
            return
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
        if self.is_better(value, self.best):
            self.best, self.wait = value, 0
        elif self.cooldown_counter == 0:
            self.wait += 1
            if self.wait >= self.patience and rate > self.min_lr:
                self._reduce(epoch, max(rate * self.factor, self.min_lr))

    def _reduce(self, epoch: int, rate: float) -> None:
        self.learner.optimizer.learning_rate = rate
        self.wait, self.cooldown_counter = 0, self.cooldown
        if self.verbose:
            reducing = f"ReduceLROnPlateau reducing learning rate to {rate}."
            print(f"\nEpoch {epoch + 1}: {reducing}")


class LearningRateFinder(shared_callbacks.RateSearch, Callback):
    """A search that raises the learning rate by one factor at each batch and records the losses.

    Too small a rate hardly changes the loss, too large a rate makes it grow. The search ends after
    `num_steps` batches, or when a loss is not finite or above `stop_factor` times the smallest one
    so far. Weights, optimizer and learning rate are then restored.

    Args:
        min_learning_rate: The rate of the first batch.
        max_learning_rate: The rate of the last batch, if the search gets that far.
        num_steps: The number of batches, 2 or more.
        stop_factor: The multiple of the smallest loss that ends the search.

    Attributes:
        learning_rates: The rates that were tried.
        losses: The loss of each batch, taken before the step with its rate.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> finder = LearningRateFinder(0.001, 10.0, num_steps=5)
        >>> finder.grid
        array([1.e-03, 1.e-02, 1.e-01, 1.e+00, 1.e+01])

    Source: Smith, Cyclical learning rates for training neural networks, WACV 2017, section 3.3.
    """

    _variables: Sequence[tf.Variable] = ()
    _copies: Sequence[np.ndarray] = ()

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Keep a copy of all that will change."""
        self.learning_rates, self.losses = [], []
        self._variables = self.learner.variables()
        self._copies = copies(self._variables)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Set the next learning rate."""
        self.learning_rates.append(float(self.grid[len(self.losses)]))
        self.learner.optimizer.learning_rate = self.learning_rates[-1]

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Put everything back."""
        self.put_back()

    def put_back(self) -> None:
        """Restore weights, optimizer and learning rate to what they were before the search."""
        restore(self._variables, self._copies)
