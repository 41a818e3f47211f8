"""Callbacks that end training: it no longer improves, the time is up, the loss is not finite."""

from __future__ import annotations

import math

import numpy as np

from kerasfoundations import checks
from kerasfoundations.from_scratch.callbacks.base import Callback, Monitor, copies, restore
from kerasfoundations.loop import shared_callbacks
from kerasfoundations.loop.history import Logs


class EarlyStopping(Monitor):
    """A callback that ends training after `patience` epochs without improvement.

    With `"val_accuracy"` it ends training when the accuracy gets worse. It works in `training.fit`
    as well as in a `Learner`, and decides as `keras.callbacks.EarlyStopping` does. It forgets all
    when training begins, so a run resumed from a checkpoint has its whole patience again.

    Args:
        monitor: The name of a value in the epoch's logs: `"loss"`, `"accuracy"`, `"val_loss"`,
            `"val_accuracy"`, or a metric.
        min_delta: A change must be larger than this to count.
        patience: How many epochs to wait without improvement; 0 ends at the first one.
        verbose: Whether to print when it ends the training and when it restores the weights.
        mode: `"min"` or `"max"`: which is better; `"auto"` knows for losses and accuracies.
        baseline: A value that must be reached: an epoch that is the best so far, but not better
            than this, does not give the patience back.
        restore_best_weights: Whether to restore the weights of the best epoch at the end.
        start_from_epoch: The first epoch, from 0, that is looked at.

    Attributes:
        best: The best value, `best_epoch` its epoch, `best_weights` the weights at its end.
        stopped_epoch: The epoch after which training was ended, from 0; 0 if it was not.

    Raises:
        ValueError: for an unknown mode, a metric that `"auto"` does not know, or a number out of
            range.

    Example:
        >>> EarlyStopping("val_accuracy", patience=3).mode
        'max'

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 7.8.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        self.patience = checks.number_of_0_or_more("patience", patience)
        self.verbose = checks.flag("verbose", verbose)
        self.baseline = None if baseline is None else checks.finite_number("baseline", baseline)
        self.restore_best_weights = checks.flag("restore_best_weights", restore_best_weights)
        self.start_from_epoch = checks.integer_of_0_or_more("start_from_epoch", start_from_epoch)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forget any earlier training run."""
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = None
        self.best_weights: list[np.ndarray] | None = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Keep the best so far, or lose patience."""
        value = self.monitored(logs)
        if value is None or epoch < self.start_from_epoch:
            return
        self.wait += 1
        if self.is_better(value, self.best):
            self.best, self.best_epoch = value, epoch
            if self.restore_best_weights:
                self.best_weights = copies(self.learner.network.weights)
            if self.is_better(value, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience:
            self.stopped_epoch = epoch
            self.learner.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Restore the best weights, if asked to."""
        if self.verbose and self.stopped_epoch > 0:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is not None:
            if self.verbose:
                epoch = self.best_epoch + 1
                print(f"Restoring model weights from the end of the best epoch: {epoch}.")
            restore(self.learner.network.weights, self.best_weights)


class TimeLimit(shared_callbacks.Deadline, Callback):
    """A callback that ends training after the epoch in which the time is up.

    The time counts from the start of the training, with tracing and validation. No epoch is cut
    short, so that the training takes up to an epoch longer. It works in `training.fit` and in a
    `Learner`.

    Args:
        seconds: The time, above 0.

    Attributes:
        stopped_epoch: The epoch after which training was ended, from 0; `None` if it was not.

    Raises:
        ValueError: for a number that is not above 0.

    Example:
        >>> TimeLimit(60).seconds
        60.0
    """

    def end_training(self) -> None:
        """Set the learner's, or the run's, `stop_training`."""
        self.learner.stop_training = True


class TerminateOnNaN(Callback):
    """A callback that ends training after a batch whose loss is NaN or infinite.

    Without it, `training.fit` and a `Learner` raise a `DivergenceError`. With it they return: the
    epoch ends with that batch, and is the last one in the `History`. With `execution="epoch"` the
    rest of a compiled slice of the epoch has been trained by then.

    No checkpoint is saved of what diverged: a training run resumes from the last good one.

    Args:
        raise_error: Whether to raise a `RuntimeError` at that batch instead.

    Raises:
        ValueError: for an argument that is neither `True` nor `False`.

    Example:
        >>> from kerasfoundations.from_scratch.linear_regression import build_linear_regression
        >>> from kerasfoundations.from_scratch.training import fit
        >>> x, y, line = np.eye(2), np.ones((2, 1)), build_linear_regression(2)
        >>> how = {"loss": "mean_squared_error", "optimizer": "sgd", "batch_size": 2, "epochs": 99}
        >>> history = fit(
        ...     line, x, y, **how, learning_rate=1e9, verbose=0, callbacks=[TerminateOnNaN()])
        Batch 0: Invalid loss, terminating training
        >>> history.loss[-1]
        inf
    """

    handles_divergence = True

    def __init__(self, raise_error: bool = False) -> None:
        self.raise_error = checks.flag("raise_error", raise_error)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """End the training if the mean loss of the epoch so far is not finite."""
        loss = (logs or {}).get("loss", 0.0)
        if math.isfinite(loss) or self.learner.stop_training:
            return
        if self.raise_error:
            raise RuntimeError(
                f"NaN or Inf loss encountered at batch {batch}. Loss value: {loss}. Terminating "
                "training immediately."
            )
        print(f"Batch {batch}: Invalid loss, terminating training")
        self.learner.stop_training = True
