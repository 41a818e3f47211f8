"""Accuracies per sample: `keras.metrics`, behind checks that refuse to broadcast."""

from __future__ import annotations

from typing import Any

import keras

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = ["binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"]


@keras.saving.register_keras_serializable("kerasfoundations")
def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Compute hits per sample, for integer labels: `keras.metrics.sparse_categorical_accuracy`.

    Returns:
        Tensor `(B,)` of zeros and ones.

    Example:
        >>> hits = sparse_categorical_accuracy([2, 0], [[0.1, 0.2, 0.7], [0.3, 0.6, 0.1]])
        >>> keras.ops.convert_to_numpy(hits)
        array([1., 0.], dtype=float32)
    """
    checks.sparse_loss_arguments(
        "sparse_categorical_accuracy", "categorical_accuracy", y_true, y_pred
    )
    return keras.metrics.sparse_categorical_accuracy(y_true, y_pred)


@keras.saving.register_keras_serializable("kerasfoundations")
def categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Compute hits per sample, for one-hot labels: `keras.metrics.categorical_accuracy`.

    Returns:
        Tensor `(B,)` of zeros and ones.

    Example:
        >>> keras.ops.convert_to_numpy(categorical_accuracy([[0.0, 1.0]], [[0.4, 0.6]]))
        array([1.], dtype=float32)
    """
    checks.one_hot_arguments(y_true, y_pred)
    return keras.metrics.categorical_accuracy(y_true, y_pred)


@keras.saving.register_keras_serializable("kerasfoundations")
def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Any:
    """Compute hits per output, for labels 0 and 1: `keras.metrics.binary_accuracy`.

    Returns:
        Tensor `(B, outputs)` of zeros and ones.

    Example:
        >>> keras.ops.convert_to_numpy(binary_accuracy([[1.0], [1.0]], [[0.9], [0.5]]))
        array([[1.],
               [0.]], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    checks.finite_number("threshold", threshold)
    return keras.metrics.binary_accuracy(y_true, y_pred, threshold)


complete_docstrings(__name__)
