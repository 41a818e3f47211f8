"""Record the weights after each step of Keras's `fit`, inside of compiled code too."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops


class Steps(keras.utils.PyDataset):
    """One batch per step, as Keras's `fit` takes them."""

    def __init__(self, num_steps: int, batch: Callable[[int], tuple[Any, Any]]) -> None:
        super().__init__()
        self.num_steps = num_steps
        self.batch = batch

    def __len__(self) -> int:
        """Number of steps."""
        return self.num_steps

    def __getitem__(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Inputs `(B, d)` and targets `(B, 1)` of a step."""
        x, y = self.batch(step)
        return x.reshape(len(x), -1), y.reshape(-1, 1)


class StepWeights(keras.metrics.Metric):
    """Notes the weights after each step, inside the compiled step; no metric in the usual sense."""

    def __init__(self, model: keras.Model, room: int) -> None:
        super().__init__(name="weights", dtype=model.weights[0].dtype)
        self.watched = lambda: model.weights  # a list would make them variables of the metric
        num_weights = sum(math.prod(weight.shape) for weight in model.weights)
        self.rows = self.add_variable((room, num_weights), "zeros")
        self.count = self.add_variable((), "zeros", dtype="int32")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Writes the weights in the next row."""
        weights = [ops.reshape(weight.value, (1, -1)) for weight in self.watched()]
        row = ops.concatenate(weights, axis=1)
        self.rows.assign(ops.slice_update(self.rows.value, (self.count.value, 0), row))
        self.count.assign_add(1)

    def result(self) -> Any:
        """How many rows are written."""
        return self.count.value

    def reset_state(self) -> None:
        """Begins anew, with the rows that are there overwritten."""
        self.count.assign(0)


class StepRecorder(keras.callbacks.Callback):
    """Notes the weights after each step."""

    def __init__(self) -> None:
        super().__init__()
        self.collected: list[np.ndarray] = []

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Takes them; there is no use in going on with what is no number."""
        if keras.config.backend() == "jax":
            self.model.jax_state_sync()  # its trainer keeps the values to itself
        row = np.concatenate([weight.ravel() for weight in self.model.get_weights()])
        self.collected.append(row[None])
        self.model.stop_training = not np.isfinite(row).all()


class CallRecorder(keras.callbacks.Callback):
    """Collects the rows of a `StepWeights` each time Keras comes back from compiled code."""

    def __init__(self, weights: StepWeights) -> None:
        super().__init__()
        self.weights = weights
        self.collected: list[np.ndarray] = []

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Takes what was written; there is no use in going on with what is no number."""
        count = int(ops.convert_to_numpy(self.weights.count))
        rows = ops.convert_to_numpy(self.weights.rows)[:count].copy()
        self.weights.reset_state()
        self.collected.append(rows)
        self.model.stop_training = not np.isfinite(rows).all()
