"""Records of the weights after each step of Keras's `fit`, also inside compiled code."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

Arrived = Callable[[np.ndarray], int | None]


class Steps(keras.utils.PyDataset):
    """One batch per step, as Keras's `fit` takes them."""

    def __init__(self, num_steps: int, batch: Callable[[int], tuple[Any, ...]]) -> None:
        super().__init__()
        self.num_steps = num_steps
        self.batch = batch

    def __len__(self) -> int:
        """Return the number of steps."""
        return self.num_steps

    def __getitem__(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Return inputs `(B, d)` and targets `(B, 1)` of a step."""
        x, y = self.batch(step)
        return x.reshape(len(x), -1), y.reshape(-1, 1)


class StepWeights(keras.metrics.Metric):
    """A metric in name only: it records the weights after each step, inside the compiled step."""

    def __init__(self, model: keras.Model, room: int) -> None:
        super().__init__(name="weights", dtype=model.weights[0].dtype)
        self.watched = lambda: model.weights  # a list would make them variables of the metric
        num_weights = sum(math.prod(weight.shape) for weight in model.weights)
        self.rows = self.add_variable((room, num_weights), "zeros")
        self.count = self.add_variable((), "zeros", dtype="int32")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Write the weights to the next row."""
        weights = [ops.reshape(weight.value, (1, -1)) for weight in self.watched()]
        row = ops.concatenate(weights, axis=1)
        self.rows.assign(ops.slice_update(self.rows.value, (self.count.value, 0), row))
        self.count.assign_add(1)

    def result(self) -> Any:
        """Return the number of rows written."""
        return self.count.value

    def reset_state(self) -> None:
        """Start over, overwriting the rows."""
        self.count.assign(0)


def nowhere(points: np.ndarray) -> int | None:
    """Return `None`: no point is flat."""
    return None


class StepRecorder(keras.callbacks.Callback):
    """A callback that records the weights after each step, and ends the training where it is flat.

    Args:
        arrived: Returns the place of the first flat point among some, `None` if there is none.
    """

    def __init__(self, arrived: Arrived = nowhere) -> None:
        super().__init__()
        self.arrived = arrived
        self.collected: list[np.ndarray] = []

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Record them; stop the training if they are not finite, or the loss is flat."""
        if keras.config.backend() == "jax":
            self.model.jax_state_sync()  # else the trainer holds the values back
        row = np.concatenate([weight.ravel() for weight in self.model.get_weights()])
        self.collected.append(row[None])
        flat = self.arrived(row[None]) is not None
        self.model.stop_training = flat or not np.isfinite(row).all()


class CallRecorder(keras.callbacks.Callback):
    """A callback that collects a `StepWeights`' rows whenever Keras returns from compiled code.

    Args:
        weights: The metric that writes them.
        arrived: Returns the place of the first flat point among some, `None` if there is none.
    """

    def __init__(self, weights: StepWeights, arrived: Arrived = nowhere) -> None:
        super().__init__()
        self.arrived = arrived
        self.weights = weights
        self.collected: list[np.ndarray] = []

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Collect what was written; stop the training if it is not finite, or the loss is flat."""
        count = int(ops.convert_to_numpy(self.weights.count))
        rows = ops.convert_to_numpy(self.weights.rows)[:count].copy()
        self.weights.reset_state()
        self.collected.append(rows)
        flat = self.arrived(rows) is not None
        self.model.stop_training = flat or not np.isfinite(rows).all()
