"""Cross-entropies: how surprised a prediction is by the label that came."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses.arguments import as_floats, clipped, same_kind
from kerasfoundations.from_scratch.losses.reduction import ReducedLoss


def binary_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0
) -> tf.Tensor:
    """`mean(-y·log(p) - (1 - y)·log(1 - p))` over the last axis.

    With logits `z`, where `p = sigmoid(z)`, the same is `log(1 + exp(z)) - y·z`; TensorFlow's
    softplus computes the logarithm without overflow.

    Slope for each probability: `(p - y) / (p·(1 - p)) / outputs`; for each logit: `(p - y) /
    outputs`.

    Args:
        y_true: Tensor `(B, outputs)`, each 0 or 1.
        y_pred: Tensor of the same shape: probabilities, or logits.
        from_logits: Whether `y_pred` holds logits.
        label_smoothing: `s`, from 0 to 1: labels become `y·(1 - s) + s/2` first, so that no
            output has to be certain.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ, or `s` is not from 0 to 1.

    Example:
        >>> binary_crossentropy([[1.0], [0.0]], [[0.5], [0.25]]).numpy().round(4)
        array([0.6931, 0.2877], dtype=float32)
        >>> binary_crossentropy([[1.0]], [[-1000.0]], from_logits=True).numpy()
        array([1000.], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    y_true = smoothed(y_true, label_smoothing, 2)
    if checks.flag("from_logits", from_logits):
        per_output = tf.math.softplus(y_pred) - y_true * y_pred
    else:
        p = clipped(y_pred)
        per_output = -y_true * tf.math.log(p) - (1 - y_true) * tf.math.log(1 - p)
    return tf.reduce_mean(per_output, axis=-1)


def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0
) -> tf.Tensor:
    """`-sum(y·log(p))` over the classes, for one-hot labels.

    With logits `z`, where `p = softmax(z)`, `log(p) = z - log(sum(exp(z)))`.

    Slope for each logit: `p - y`, where the labels sum to 1; for each probability: `1/sum(p) -
    y/p`.

    Args:
        y_true: Tensor `(B, k)`: one-hot labels, or probabilities.
        y_pred: Tensor `(B, k)`: probabilities (scaled to sum to 1), or logits.
        from_logits: Whether `y_pred` holds logits.
        label_smoothing: `s`, from 0 to 1: labels become `y·(1 - s) + s/k` first, so that no
            output has to be certain.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ, or `s` is not from 0 to 1.

    Example:
        >>> categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4)
        array([0.6931], dtype=float32)
        >>> categorical_crossentropy([[0.0, 1.0]], [[1000.0, 0.0]], from_logits=True).numpy()
        array([1000.], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    y_true = smoothed(y_true, label_smoothing, y_true.shape[-1])
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


def _log_softmax(z: tf.Tensor) -> tf.Tensor:
    """`z - log(sum(exp(z)))` over the last axis, the largest logit subtracted first."""
    z = z - tf.stop_gradient(tf.reduce_max(z, axis=-1, keepdims=True))
    return z - tf.math.log(tf.reduce_sum(tf.exp(z), axis=-1, keepdims=True))


def smoothed(y: tf.Tensor, label_smoothing: float, num_classes: int) -> tf.Tensor:
    """`y·(1 - s) + s/k`: labels on their way to `1/k`, which says nothing."""
    s = checks.fraction("label_smoothing", label_smoothing)
    return y * (1 - s) + s / num_classes if s else y


class BinaryCrossentropy(ReducedLoss):
    """`binary_crossentropy`, reduced over the batch.

    Args:
        from_logits: Whether predictions are logits.
        label_smoothing: How much labels are smoothed, from 0 to 1.
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> round(float(BinaryCrossentropy()([[1.0], [0.0]], [[0.5], [0.5]])), 4)
        0.6931
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_crossentropy",
        dtype: str | None = None,
    ) -> None:
        options = {"from_logits": from_logits, "label_smoothing": label_smoothing}
        super().__init__(binary_crossentropy, reduction, name, dtype, **options)


class CategoricalCrossentropy(ReducedLoss):
    """`categorical_crossentropy`, reduced over the batch.

    Args:
        from_logits: Whether predictions are logits.
        label_smoothing: How much labels are smoothed, from 0 to 1.
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> loss = CategoricalCrossentropy()
        >>> round(float(loss([[0.0, 1.0], [1.0, 0.0]], [[0.5, 0.5], [0.5, 0.5]])), 4)
        0.6931
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_crossentropy",
        dtype: str | None = None,
    ) -> None:
        options = {"from_logits": from_logits, "label_smoothing": label_smoothing}
        super().__init__(categorical_crossentropy, reduction, name, dtype, **options)


class SparseCategoricalCrossentropy(ReducedLoss):
    """`sparse_categorical_crossentropy`, reduced over the batch.

    Args:
        from_logits: Whether predictions are logits.
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> loss = SparseCategoricalCrossentropy(reduction="sum")
        >>> round(float(loss([1, 0], [[0.5, 0.5], [0.5, 0.5]])), 4)
        1.3863
    """

    def __init__(
        self,
        from_logits: bool = False,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "sparse_categorical_crossentropy",
        dtype: str | None = None,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy, reduction, name, dtype, from_logits=from_logits
        )
