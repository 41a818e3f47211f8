"""How wrong the predictions are, sample by sample.

Each loss takes `y_true` and `y_pred` and returns one value per sample; the training loop averages
them over the batch. The cross-entropies take probabilities or, with `from_logits=True`, what
softmax or sigmoid would be applied to: then nothing is rounded to 0 or 1 on the way, and the loss
is exact for any logits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

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

EPSILON = 1e-7  # probabilities are kept this far from 0 and 1, as in Keras

Loss = Callable[..., tf.Tensor]


def mean_squared_error(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`mean((y_true - y_pred)²)` over the last axis; without the ½ that some books put in front.

    Slope for each prediction: `2·(y_pred - y_true) / outputs`.

    Args:
        y_true: Tensor `(B, outputs)`.
        y_pred: Tensor of the same shape.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> mean_squared_error([[0.0, 2.0]], [[1.0, 5.0]]).numpy()
        array([5.], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)


def mean_absolute_error(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`mean(|y_true - y_pred|)` over the last axis.

    Slope for each prediction: `sign(y_pred - y_true) / outputs`.

    Args:
        y_true: Tensor `(B, outputs)`.
        y_pred: Tensor of the same shape.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> mean_absolute_error([[0.0, 2.0]], [[1.0, 5.0]]).numpy()
        array([2.], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    return tf.reduce_mean(tf.abs(y_true - y_pred), axis=-1)


def binary_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False) -> tf.Tensor:
    """`mean(-y·log(p) - (1 - y)·log(1 - p))` over the last axis.

    With logits `z`, where `p = sigmoid(z)`, the same is `log(1 + exp(z)) - y·z`; TensorFlow's
    softplus computes the logarithm without overflow.

    Slope for each probability: `(p - y) / (p·(1 - p)) / outputs`; for each logit: `(p - y) /
    outputs`.

    Args:
        y_true: Tensor `(B, outputs)`, each 0 or 1.
        y_pred: Tensor of the same shape: probabilities, or logits.
        from_logits: Whether `y_pred` holds logits.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> binary_crossentropy([[1.0], [0.0]], [[0.5], [0.25]]).numpy().round(4)
        array([0.6931, 0.2877], dtype=float32)
        >>> binary_crossentropy([[1.0]], [[-1000.0]], from_logits=True).numpy()
        array([1000.], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    if checks.flag("from_logits", from_logits):
        per_output = tf.math.softplus(y_pred) - y_true * y_pred
    else:
        p = clipped(y_pred)
        per_output = -y_true * tf.math.log(p) - (1 - y_true) * tf.math.log(1 - p)
    return tf.reduce_mean(per_output, axis=-1)


def categorical_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False) -> tf.Tensor:
    """`-sum(y·log(p))` over the classes, for one-hot labels.

    With logits `z`, where `p = softmax(z)`, `log(p) = z - log(sum(exp(z)))`.

    Slope for each logit: `p - y`, where the labels sum to 1; for each probability: `1/sum(p) -
    y/p`.

    Args:
        y_true: Tensor `(B, k)`: one-hot labels, or probabilities.
        y_pred: Tensor `(B, k)`: probabilities (scaled to sum to 1), or logits.
        from_logits: Whether `y_pred` holds logits.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4)
        array([0.6931], dtype=float32)
        >>> categorical_crossentropy([[0.0, 1.0]], [[1000.0, 0.0]], from_logits=True).numpy()
        array([1000.], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    if checks.flag("from_logits", from_logits):
        log_p = _log_softmax(y_pred)  # (B, k)
    else:
        log_p = tf.math.log(clipped(y_pred / tf.reduce_sum(y_pred, axis=-1, keepdims=True)))
    return -tf.reduce_sum(y_true * log_p, axis=-1)


def sparse_categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False
) -> tf.Tensor:
    """`-log(p[y])`: the categorical cross-entropy for integer labels, without making them one-hot.

    Slope for each logit: `p - 1` for the true class, `p` for the others.

    Args:
        y_true: Integer tensor `(B,)`, each in `0 … k - 1`.
        y_pred: Tensor `(B, k)`: probabilities (scaled to sum to 1), or logits.
        from_logits: Whether `y_pred` holds logits.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes do not fit, or for labels out of range.

    Example:
        >>> sparse_categorical_crossentropy([1], [[0.5, 0.5]]).numpy().round(4)
        array([0.6931], dtype=float32)
    """
    checks.sparse_loss_arguments(
        "sparse_categorical_crossentropy", "categorical_crossentropy", y_true, y_pred
    )
    from_logits = checks.flag("from_logits", from_logits)
    y_pred = as_floats(y_pred, "y_pred")
    y_true = tf.cast(y_true, tf.int64)
    # Clipped probabilities no longer sum to 1; log_softmax of their logarithms fixes that.
    z = y_pred if from_logits else tf.math.log(clipped(y_pred))
    return -tf.gather(_log_softmax(z), y_true, axis=1, batch_dims=1)


def mnist_loss(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`mean(1 - p where y is 1, p where y is 0)` over the last axis, with `p = sigmoid(y_pred)`.

    How far the probability is from the truth: a loss you could invent yourself. Where a prediction
    is confidently wrong it is flat, so that a model learns little from its worst mistakes; the
    binary cross-entropy is steep there.

    Slope for each output: `±p·(1 - p) / outputs`, minus where `y` is 1.

    Args:
        y_true: Tensor `(B, outputs)`, each 0 or 1.
        y_pred: Tensor of the same shape: logits.

    Returns:
        Tensor `(B,)`, each in [0, 1].

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> mnist_loss([[1.0], [0.0]], [[0.0], [1000.0]]).numpy()
        array([0.5, 1. ], dtype=float32)

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    p = tf.sigmoid(y_pred)
    return tf.reduce_mean(tf.where(y_true == 1, 1 - p, p), axis=-1)


def get(loss: str | Loss) -> Loss:
    """Return the loss of that name; a function is returned as is.

    Args:
        loss: A name from this module, or a function.

    Returns:
        A function of `y_true` and `y_pred` that returns one value per sample, `(B,)`.

    Raises:
        ValueError: for an unknown name; the error lists the known ones.

    Example:
        >>> get("mean_squared_error") is mean_squared_error
        True
    """
    checks.no_class("loss", loss)
    if callable(loss):
        return loss
    return LOSSES[checks.known_name("loss", loss, LOSSES)]


# Losses that can be computed from logits, what softmax or sigmoid is applied to.
FROM_LOGITS = (binary_crossentropy, categorical_crossentropy, sparse_categorical_crossentropy)

LOSSES: dict[str, Loss] = {
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


def as_floats(x: Any, name: str = "x") -> tf.Tensor:
    """Return real numbers as floats, integers as float32: their mean would be an integer."""
    if isinstance(x, tf.Tensor) and x.dtype.is_floating:
        return x
    x = checks.tensor(name, x, tf.convert_to_tensor, real=True)
    return x if x.dtype.is_floating else tf.cast(x, tf.float32)


def _log_softmax(z: tf.Tensor) -> tf.Tensor:
    """`z - log(sum(exp(z)))` over the last axis, the largest logit subtracted first."""
    z = z - tf.stop_gradient(tf.reduce_max(z, axis=-1, keepdims=True))
    return z - tf.math.log(tf.reduce_sum(tf.exp(z), axis=-1, keepdims=True))


def clipped(p: tf.Tensor) -> tf.Tensor:
    """Return probabilities kept away from 0 and 1, as Keras keeps them."""
    return tf.clip_by_value(p, EPSILON, 1 - EPSILON)


def same_kind(y_true: Any, y_pred: Any) -> tuple[tf.Tensor, tf.Tensor]:
    """Return both as tensors of the predictions' dtype and of one shape."""
    checks.loss_arguments(y_true, y_pred)
    y_pred = as_floats(y_pred, "y_pred")
    y_true = checks.tensor("y_true", y_true, tf.convert_to_tensor)
    return tf.cast(y_true, y_pred.dtype), y_pred
