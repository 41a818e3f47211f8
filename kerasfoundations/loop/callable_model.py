"""What a `Learner` from scratch trains that is no chain of layers: any callable with weights."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks


class CallableModel:
    """A callable with weights, and what else a training step needs of a model.

    Args:
        model: The callable, which has `trainable_weights`.
        x: Inputs `(B, ...)`, of which it is called with one.

    Raises:
        ValueError: for a model without weights, or whose outputs are not `(B, outputs)`.
    """

    activation, ends_bare = None, False

    def __init__(self, model: Any, x: Any) -> None:
        names = ("trainable_weights", "trainable_variables", "weights")
        found = [getattr(model, name) for name in names if hasattr(model, name)]
        self.model = model
        fix = "give the model trainable_weights, a list of its tf.Variables."
        self.trainable_weights = checks.variables(found[0] if found else [], tf.Variable, fix)
        self.weights = list(getattr(model, "weights", self.trainable_weights))
        self.dtype = self.trainable_weights[0].dtype.name
        self.options = {"training"} & {*inspect.signature(model).parameters}
        self.input_shape = (None, *np.shape(x)[1:])
        self.output_shape = tuple(self(tf.cast(x[:1], self.dtype)).shape)
        checks.outputs(self.output_shape)

    @property
    def losses(self) -> list[tf.Tensor]:
        """The penalties of the model, if it has any."""
        return getattr(self.model, "losses", [])

    def __call__(self, x: Any, training: bool = False) -> tf.Tensor:
        """Compute outputs `(B, outputs)`."""
        return self.model(x, **dict.fromkeys(self.options, training))
