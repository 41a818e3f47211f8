"""Callbacks: they watch training, and may steer it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.loop import history, shared_callbacks
from kerasfoundations.loop.history import Logs
from kerasfoundations.loop.tensorboard_writer import TensorBoardWriter

__all__ = [
    "Callback",
    "EarlyStopping",
    "LearningRateFinder",
    "Progress",
    "Recorder",
    "TensorBoard",
    "TimeLimit",
]


class Callback(history.Callback):
    """Base class of callbacks: override its hooks, which are Keras's, to watch or steer training.

    Attributes:
        learner: The `Learner` that trains, with its model, its optimizer, `batch_loss` (the loss of
            the last batch alone), and `stop_training`, which ends training when set to `True`.

    Example:
        >>> class OneBatch(Callback):
        ...     def on_train_batch_end(self, batch, logs=None):
        ...         self.learner.stop_training = True
        >>> OneBatch().on_train_begin()  # what is not overridden does nothing
    """

    needs_learner = True
    learner: Any


class Progress(shared_callbacks.Table, Callback):
    """A printed table with a row per epoch: number, losses, metrics, and the time of its steps.

    A `Learner` adds one itself unless `verbose=0`.

    Example:
        >>> Progress().on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25, "seconds": 1.5})
           epoch  train loss  valid loss      time
               1      0.5000      0.2500    1.50 s
    """


class Recorder(shared_callbacks.Record, Callback):
    """A record of the loss of every batch and the metrics of every epoch, over all calls of `fit`.

    Attributes:
        batch_losses: The loss of each batch, taken before its step.
        epoch_ends: The number of batches so far at the end of each epoch.
        epochs: A list of values per epoch, by name (`loss`, `val_loss`, `accuracy`, ...).

    Example:
        >>> recorder = Recorder()
        >>> recorder.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25, "seconds": 1.5})
        >>> recorder.epochs
        {'loss': [0.5], 'val_loss': [0.25]}
    """


class EarlyStopping(Callback):
    """A callback that ends training after `patience` epochs without improvement.

    With `"val_accuracy"` it ends a training whose accuracy gets worse. It works in `training.fit`
    as well as in a `Learner`, and decides as `keras.callbacks.EarlyStopping` does, which has a few
    more arguments.

    Args:
        monitor: The name of a value in the epoch's logs: `"loss"`, `"accuracy"`, `"val_loss"`,
            `"val_accuracy"`, or a metric.
        min_delta: A change must be larger than this to count.
        patience: How many epochs to wait without improvement; 0 ends at the first one.
        mode: `"min"` or `"max"`: which is better; `"auto"` knows for losses and accuracies.
        restore_best_weights: Whether to restore the weights of the best epoch at the end.

    Attributes:
        best: The best value, `best_epoch` its epoch, `best_weights` the weights at its end.
        stopped_epoch: The epoch after which training was ended, from 0; 0 if it was not.

    Raises:
        ValueError: for an unknown mode, or a metric that `"auto"` does not know.

    Example:
        >>> EarlyStopping("val_accuracy", patience=3).mode
        'max'

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 7.8.
    """

    stops_fit = True

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        *,
        mode: str = "auto",
        restore_best_weights: bool = False,
    ) -> None:
        self.monitor = monitor
        self.mode = checks.monitor_mode(monitor, mode)
        self.min_delta = abs(checks.finite_number("min_delta", min_delta))
        self.patience = checks.number_of_0_or_more("patience", patience)
        self.restore_best_weights = checks.flag("restore_best_weights", restore_best_weights)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget any earlier training."""
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best: float | None = None
        self.best_weights: list[np.ndarray] | None = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Keep the best so far, or lose patience."""
        value = (logs or {}).get(self.monitor)
        if value is None:
            names = ", ".join(logs or {})
            warnings.warn(f"no {self.monitor!r} to monitor, only: {names}", stacklevel=2)
        elif self._is_better(value):
            self.best, self.best_epoch, self.wait = value, epoch, 0
            if self.restore_best_weights:
                self.best_weights = _copies(self.learner.network.weights)
        else:
            self.wait += 1
            if self.wait >= self.patience:
                self.stopped_epoch = epoch
                self.learner.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Restore the best weights, if asked to."""
        if self.best_weights is not None:
            _restore(self.learner.network.weights, self.best_weights)

    def _is_better(self, value: float) -> bool:
        if self.best is None:
            return True
        if self.mode == "min":
            return value + self.min_delta < self.best
        return value - self.min_delta > self.best


class TimeLimit(shared_callbacks.Deadline, Callback):
    """A callback that ends training after the epoch in which the time is up.

    The time counts from the start of the training, with tracing and validation. No epoch is cut
    short, so that the training takes up to an epoch longer. It works in `training.fit` and in a
    `Learner`.

    Args:
        seconds: The time, above 0.

    Attributes:
        stopped_epoch: The epoch after which training was ended, from 0; 0 if it was not.

    Raises:
        ValueError: for a number that is not above 0.

    Example:
        >>> TimeLimit(60).seconds
        60.0
    """

    def end_training(self) -> None:
        """Set the learner's, or the run's, `stop_training`."""
        self.learner.stop_training = True


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
        self._copies = _copies(self._variables)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Set the next learning rate."""
        self.learning_rates.append(float(self.grid[len(self.losses)]))
        self.learner.optimizer.learning_rate = self.learning_rates[-1]

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Put everything back."""
        self.put_back()

    def put_back(self) -> None:
        """Restore weights, optimizer and learning rate to what they were before the search."""
        _restore(self._variables, self._copies)


class TensorBoard(TensorBoardWriter, Callback):
    """A writer of what TensorBoard draws: curves, histograms of the weights, and graphs.

    A summary is a tag, a step and a value: `tf.summary.scalar("epoch_loss", 0.25, step=3)`. A
    writer appends it to a file; TensorBoard draws the values of a tag over their steps, those of
    several folders in one picture. The tags are those of `keras.callbacks.TensorBoard`. Steps are
    epochs, counted from 0.

    | folder | tag | what |
    |---|---|---|
    | `train` | `epoch_loss` `epoch_accuracy` … | as in the `History` |
    | `train` | `epoch_learning_rate` | that of the optimizer after the epoch |
    | `train` | `dense/kernel/histogram` … | each weight after the epoch |
    | `train` | `keras` | the layers (`Conceptual graph` on the Graphs page) |
    | `validation` | `epoch_loss` `epoch_accuracy` … | the same for the validation data |

    Scalars are float32 in these files. A histogram counts the values in each of 30 equal intervals
    from the smallest to the largest. Next to the layers is the graph that `tf.function` recorded of
    the training step, operation by operation; with `execution="eager"` nothing is recorded.

    Args:
        log_dir: The folder, created if needed. View it with `tensorboard --logdir FOLDER`. Each
            training needs its own. If resumed from a checkpoint, it replaces the epochs that it
            repeats.

    Raises:
        ImportError: when the package tensorboard is not installed.
        ValueError: when the folder cannot be written to.

    Example:
        >>> import os, tempfile
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> from kerasfoundations.from_scratch.training import fit
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> model = build_mlp(hidden_units=(8,), num_features=2, num_classes=2, seed=0)
        >>> folder = tempfile.mkdtemp()
        >>> _ = fit(model, x, (x[:, 0] > 0).astype(int), verbose=0, callbacks=[TensorBoard(folder)])
        >>> os.listdir(folder)
        ['train']
    """

    needs_learner, needs_model = False, True


def show_model(
    callbacks: Sequence[history.Callback],
    model: Any,
    optimizer: Any,
    step: Any = None,
    resumed: bool = False,
    run: Any = None,
) -> None:
    """Pass what is trained to the callbacks that need it; without a learner, the run is theirs."""
    for callback in callbacks:
        if isinstance(callback, TensorBoard):
            callback.watch(model, optimizer, step, resumed)
        elif run is not None and isinstance(callback, Callback):
            callback.learner = run


def _copies(variables: Sequence[tf.Variable]) -> list[np.ndarray]:
    return [variable.numpy().copy() for variable in variables]


def _restore(variables: Sequence[tf.Variable], arrays: Sequence[np.ndarray]) -> None:
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
