"""How wrong the predictions are, sample by sample: Keras's functions, and one of our own."""

from __future__ import annotations

import contextlib
from typing import Any

import keras
from keras import ops
from keras.losses import (
    binary_crossentropy,
    categorical_crossentropy,
    mean_absolute_error,
    mean_squared_error,
    sparse_categorical_crossentropy,
)

from kerasfoundations import checks

__all__ = [
    "binary_crossentropy",
    "categorical_crossentropy",
    "get",
    "mean_absolute_error",
    "mean_squared_error",
    "mnist_loss",
    "sparse_categorical_crossentropy",
]


@keras.saving.register_keras_serializable("kerasfoundations")
def mnist_loss(y_true: Any, y_pred: Any) -> Any:
    """`mean(1 - p where y is 1, p where y is 0)` over the last axis, with `p = sigmoid(y_pred)`.

    How far the probability is from the truth: a loss one can invent oneself. Where a prediction is
    surely wrong it is flat, so that a model learns little from its worst mistakes; the binary
    cross-entropy is steep there.

    Args:
        y_true: Tensor `(B, outputs)`, each 0 or 1.
        y_pred: Tensor of the same shape: logits.

    Returns:
        Tensor `(B,)`, each in [0, 1].

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> ops.convert_to_numpy(mnist_loss([[1.0], [0.0]], [[0.0], [1000.0]]))
        array([0.5, 1. ], dtype=float32)

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true, dtype=y_pred.dtype)
    checks.same_shape(y_true, y_pred)
    p = ops.sigmoid(y_pred)
    return ops.mean(ops.where(y_true == 1, 1 - p, p), axis=-1)


LOSSES = {
    loss.__name__: loss
    for loss in (
        binary_crossentropy,
        categorical_crossentropy,
        mean_absolute_error,
        mean_squared_error,
        mnist_loss,
        sparse_categorical_crossentropy,
    )
} | {"mae": mean_absolute_error, "mse": mean_squared_error}


def get(loss: Any) -> Any:
    """The loss of that name; a function or a Keras loss is given back as it is.

    Args:
        loss: A name of this module's, any name that Keras knows, or a function or object.

    Raises:
        ValueError: for an unknown name; the error lists the known ones.

    Example:
        >>> get("mean_squared_error") is mean_squared_error
        True
    """
    if callable(loss):
        return loss
    if isinstance(loss, str) and loss not in LOSSES:
        with contextlib.suppress(ValueError):
            return keras.losses.get(loss)
    return LOSSES[checks.known_name("loss", loss, LOSSES)]
