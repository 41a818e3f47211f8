"""What a layer adds to the loss: the penalty of its kernel, and that of its latest outputs."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def noted(layer: Any, z: tf.Tensor) -> tf.Tensor:
    """Keep `R(y) / B` for `of`, with the outputs `y = activation(z)` of a batch; return `z`.

    Divided by the number of samples `B`, as in Keras, it does not grow with the batch.
    """
    if layer.activity_regularizer is not None:
        y = z if layer.activation is None else layer.activation(z)  # (B, ...)
        layer.activity_penalty = layer.activity_regularizer(y) / tf.cast(tf.shape(y)[0], y.dtype)
    return z


def of(layer: Any) -> list[tf.Tensor]:
    """Return the penalties of a layer, of those that have a regularizer; no kernel's if frozen."""
    learns = layer.kernel_regularizer is not None and layer.trainable
    kernel = [layer.kernel_regularizer(layer.W)] if learns else []
    latest = layer.activity_penalty
    if latest is None or (tf.executing_eagerly() and tf.is_symbolic_tensor(latest)):
        return kernel  # no outputs yet, or only those of a compiled program, which has ended
    return [*kernel, latest]
