"""Cross-entropies of `keras.losses`, and `mnist_loss`."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = [
    "binary_crossentropy",
    "categorical_crossentropy",
    "mnist_loss",
    "sparse_categorical_crossentropy",
]


@keras.saving.register_keras_serializable("kerasfoundations")
def binary_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    **options: Any,
) -> Any:
    """Compute mean binary cross-entropy per sample: `keras.losses.binary_crossentropy`.

    Args:
        **options: Keras's other arguments.

    Example:
        >>> ops.convert_to_numpy(binary_crossentropy([[1.0], [0.0]], [[0.5], [0.25]])).round(4)
        array([0.6931, 0.2877], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    from_logits = checks.flag("from_logits", from_logits)
    smoothing = checks.fraction("label_smoothing", label_smoothing)
    return keras.losses.binary_crossentropy(y_true, y_pred, from_logits, smoothing, **options)


@keras.saving.register_keras_serializable("kerasfoundations")
def categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    **options: Any,
) -> Any:
    """Compute cross-entropy for one-hot labels: `keras.losses.categorical_crossentropy`.

    Args:
        **options: Keras's other arguments.

    Example:
        >>> ops.convert_to_numpy(categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])).round(4)
        array([0.6931], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    from_logits = checks.flag("from_logits", from_logits)
    smoothing = checks.fraction("label_smoothing", label_smoothing)
    return keras.losses.categorical_crossentropy(y_true, y_pred, from_logits, smoothing, **options)


@keras.saving.register_keras_serializable("kerasfoundations")
def sparse_categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, **options: Any
) -> Any:
    """Compute cross-entropy for integer labels: `keras.losses.sparse_categorical_crossentropy`.

    Args:
        **options: Keras's other arguments, except `ignore_class` and `axis`.

    Example:
        >>> ops.convert_to_numpy(sparse_categorical_crossentropy([1], [[0.5, 0.5]])).round(4)
        array([0.6931], dtype=float32)
    """
    checks.sparse_loss_arguments(
        "sparse_categorical_crossentropy", "categorical_crossentropy", y_true, y_pred
    )
    from_logits = checks.flag("from_logits", from_logits)
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    return keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits, **options)


@keras.saving.register_keras_serializable("kerasfoundations")
def mnist_loss(y_true: Any, y_pred: Any) -> Any:
    """`mean(1 - p where y is 1, p where y is 0)`: `keras.ops.where` and `keras.ops.sigmoid`.

    How far the probability is from the truth: a loss you could invent yourself. Where a prediction
    is confidently wrong it is flat, so that a model learns little from its worst mistakes; the
    binary cross-entropy is steep there.

    Example:
        >>> ops.convert_to_numpy(mnist_loss([[1.0], [0.0]], [[0.0], [1000.0]]))
        array([0.5, 1. ], dtype=float32)

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """
    checks.loss_arguments(y_true, y_pred)
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true, dtype=y_pred.dtype)
    p = ops.sigmoid(y_pred)
    return ops.mean(ops.where(y_true == 1, 1 - p, p), axis=-1)


complete_docstrings(__name__)
