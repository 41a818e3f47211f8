"""Callbacks: they watch a training, and may steer it; Keras has most of them."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops
from keras.callbacks import Callback, EarlyStopping

from kerasfoundations import watching

__all__ = ["Callback", "EarlyStopping", "LearningRateFinder", "Progress", "Recorder"]

Logs = dict[str, float] | None


class Progress(watching.Table, Callback):
    """Prints a table with a row per epoch: its number, losses, metrics, and the time of its steps.

    A `Learner` adds one by itself, unless it is told `verbose=0`.

    Example:
        >>> Progress().on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25, "seconds": 1.5})
           epoch  train loss  valid loss      time
               1      0.5000      0.2500    1.50 s
    """


class Recorder(watching.Record, Callback):
    """Remembers the loss of every batch, and per epoch the losses and metrics, of all calls of fit.

    Attributes:
        batch_losses: The loss of each batch, taken before its step.
        epoch_ends: How many batches there had been at the end of each epoch.
        epochs: By name (`loss`, `val_loss`, `accuracy`, ...) a list with a value per epoch.

    Example:
        >>> recorder = Recorder()
        >>> recorder.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25, "seconds": 1.5})
        >>> recorder.epochs
        {'loss': [0.5], 'val_loss': [0.25]}
    """


class LearningRateFinder(watching.RateSearch, Callback):
    """Raises the learning rate from batch to batch, by the same factor, and notes the losses.

    Too small a rate hardly changes the loss, too large a rate makes it grow. The search ends after
    `num_steps` batches, or when a loss is not finite or above `stop_factor` times the smallest one
    so far. Then weights, optimizer and learning rate are as they were before.

    Args:
        min_learning_rate: The rate of the first batch.
        max_learning_rate: The rate of the last batch, if the search comes so far.
        num_steps: The number of batches, 2 or more.
        stop_factor: How many times the smallest loss is too much.

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

    _variables: Sequence[keras.Variable] = ()
    _copies: Sequence[np.ndarray] = ()

    def on_train_begin(self, logs: Logs = None) -> None:
        """Keeps a copy of all that will change."""
        self.learning_rates, self.losses = [], []
        self._variables = [*self.model.variables, *self.model.optimizer.variables]
        self._copies = [np.array(ops.convert_to_numpy(v)) for v in self._variables]

    def on_train_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Sets the next learning rate."""
        self.learning_rates.append(float(self.grid[len(self.losses)]))
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()  # during fit JAX holds the variables' values elsewhere
        self.model.optimizer.learning_rate = self.learning_rates[-1]

    def on_train_end(self, logs: Logs = None) -> None:
        """Puts everything back."""
        self.put_back()

    def put_back(self) -> None:
        """Weights, optimizer and learning rate as they were before the search."""
        for variable, copy in zip(self._variables, self._copies, strict=True):
            variable.assign(copy)
