"""What a layer adds to the loss: the penalty of its kernel, and that of its latest outputs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf


def noted(affine: Callable[[Any, tf.Tensor], tf.Tensor]) -> Callable[[Any, tf.Tensor], tf.Tensor]:
    """Decorate the `affine` method of a layer: keep what its outputs cost, and change nothing."""

    @functools.wraps(affine)
    def affine_and_note(layer: Any, inputs: tf.Tensor) -> tf.Tensor:
        z = affine(layer, inputs)
        note(layer, z)
        return z

    return affine_and_note


def note(layer: Any, z: tf.Tensor) -> None:
    """`R(y) / B`, with the outputs `y = activation(z)` of a batch: keep it for `of`.

    Divided by the number of samples `B`, as in Keras, it does not grow with the batch.
    """
    if layer.activity_regularizer is not None:
        y = z if layer.activation is None else layer.activation(z)  # (B, ...)
        layer.activity_penalty = layer.activity_regularizer(y) / tf.cast(tf.shape(y)[0], y.dtype)


def of(layer: Any) -> list[tf.Tensor]:
    """Return the penalties of a layer, of those that have a regularizer; no kernel's if frozen."""
    learns = layer.kernel_regularizer is not None and layer.trainable
    kernel = [layer.kernel_regularizer(layer.W)] if learns else []
    noted = layer.activity_penalty
    if noted is None or (tf.executing_eagerly() and tf.is_symbolic_tensor(noted)):
        return kernel  # no outputs yet, or only those of a compiled program, which has ended
    return [*kernel, noted]
