"""The base classes of callbacks, and copies of variables."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.loop import history
from kerasfoundations.loop.history import Logs


class Callback(history.Callback):
    """Base class of callbacks: override its hooks, which are Keras's, to watch or steer training.

    Attributes:
        learner: What trains, a `Learner` or a run of `training.fit`: its `network`, its
            `optimizer`, and `stop_training`, which ends training when set to `True`. A `Learner`
            also has `batch_loss`, the loss of the last batch alone.

    Example:
        >>> class OneBatch(Callback):
        ...     def on_train_batch_end(self, batch, logs=None):
        ...         self.learner.stop_training = True
        >>> OneBatch().on_train_begin()  # what is not overridden does nothing
    """

    needs_learner = works_in_fit = True
    learner: Any


class Monitor(Callback):
    """A callback that compares a value of each epoch with the best one: `L_e + δ < L_best`.

    Args:
        monitor: The name of the value in the logs.
        mode: `"min"` or `"max"`: which is better; `"auto"` knows for losses and accuracies.
        min_delta: `δ`.
    """

    def __init__(self, monitor: str, mode: str, min_delta: float = 0) -> None:
        self.monitor = monitor
        self.mode = checks.monitor_mode(monitor, mode)
        self.min_delta = abs(checks.finite_number("min_delta", min_delta))
        self.best: float | None = None

    def monitored(self, logs: Logs | None) -> float | None:
        """Return the value in the logs; warn and return `None` if it is not there."""
        value = (logs or {}).get(self.monitor)
        if value is None:
            names = ", ".join(logs or {})
            warnings.warn(f"no {self.monitor!r} to monitor, only: {names}", stacklevel=3)
        return value

    def is_better(self, value: float, best: float | None) -> bool:
        """Return whether a value is better than the best one by more than `min_delta`."""
        if best is None:
            return True
        lower, higher = value + self.min_delta, best
        if self.mode == "max":
            lower, higher = best, value - self.min_delta
        return bool(np.float32(lower) < np.float32(higher))  # as Keras compares them


def copies(variables: Sequence[tf.Variable]) -> list[np.ndarray]:
    """Return the values of variables as arrays, which later steps do not change."""
    return [variable.numpy().copy() for variable in variables]


def restore(variables: Sequence[tf.Variable], arrays: Sequence[np.ndarray]) -> None:
    """Set variables to such values."""
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
