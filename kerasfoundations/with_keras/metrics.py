"""Metrics: `keras.metrics`, and its functions behind checks that refuse to broadcast.

The objects, such as `AUC(num_thresholds=50)`, are Keras's own classes.
"""

from __future__ import annotations

import contextlib
from typing import Any

import keras
from keras.metrics import (
    AUC,
    Accuracy,
    BinaryAccuracy,
    BinaryCrossentropy,
    CategoricalAccuracy,
    CategoricalCrossentropy,
    F1Score,
    Mean,
    MeanAbsoluteError,
    MeanMetricWrapper,
    MeanSquaredError,
    Precision,
    R2Score,
    Recall,
    RootMeanSquaredError,
    SparseCategoricalAccuracy,
    SparseCategoricalCrossentropy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
)

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = [
    "AUC",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "F1Score",
    "Mean",
    "MeanAbsoluteError",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "Precision",
    "R2Score",
    "Recall",
    "RootMeanSquaredError",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "get",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]


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


@keras.saving.register_keras_serializable("kerasfoundations")
def sparse_top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """Compute whether the label is among the best `k`, with Keras's function of this name.

    TensorFlow's `in_top_k`, which Keras calls, takes float32 alone: others are rounded to it, so
    that guesses of float64 that differ by less count as equal. Keras's classes do not round: in a
    float64 model pass `fit` the name or the function.

    Returns:
        Tensor `(B,)` of zeros and ones.

    Example:
        >>> p = [[0.1, 0.2, 0.7], [0.3, 0.6, 0.1]]
        >>> keras.ops.convert_to_numpy(sparse_top_k_categorical_accuracy([1, 2], p, k=2))
        array([1., 0.], dtype=float32)
    """
    checks.sparse_loss_arguments(
        "sparse_top_k_categorical_accuracy", "top_k_categorical_accuracy", y_true, y_pred
    )
    k, y_pred = checks.positive_integer("k", k), keras.ops.cast(y_pred, "float32")
    return keras.metrics.sparse_top_k_categorical_accuracy(y_true, y_pred, k)


@keras.saving.register_keras_serializable("kerasfoundations")
def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """Compute whether the true class is among the best `k`, with Keras's function of this name.

    In float32, as `sparse_top_k_categorical_accuracy`.

    Returns:
        Tensor `(B,)` of zeros and ones.

    Example:
        >>> hits = top_k_categorical_accuracy([[0.0, 1.0, 0.0]], [[0.1, 0.2, 0.7]], k=2)
        >>> keras.ops.convert_to_numpy(hits)
        array([1.], dtype=float32)
    """
    checks.one_hot_arguments(y_true, y_pred, "top_k_categorical_accuracy")
    k, y_pred = checks.positive_integer("k", k), keras.ops.cast(y_pred, "float32")
    return keras.metrics.top_k_categorical_accuracy(y_true, y_pred, k)


def get(metric: Any) -> Any:
    """Make a metric by name, with `keras.metrics.get`; return an object or function as it is.

    `"accuracy"` is not among the names: which of the accuracies it stands for depends on the model.

    Args:
        metric: The name of a class here, or of any that Keras knows; or an object or a function.

    Example:
        >>> get("mse").name
        'mean_squared_error'
    """
    checks.no_class("metric", metric)
    if callable(metric):
        return metric
    known = checks.metric_names(METRICS)
    if isinstance(metric, str) and metric != "accuracy":
        with contextlib.suppress(ValueError):
            return keras.metrics.get(metric)
    return METRICS[known[checks.known_name("metric", metric, known)]]()


# What Keras's object of that name cannot measure in float64, and these functions can.
ROUNDING = {
    function.__name__: function
    for function in (top_k_categorical_accuracy, sparse_top_k_categorical_accuracy)
}

METRICS: dict[str, Any] = {
    made.__name__: made
    for made in (
        *(AUC, Accuracy, BinaryAccuracy, BinaryCrossentropy, CategoricalAccuracy),
        *(CategoricalCrossentropy, F1Score, Mean, MeanAbsoluteError, MeanSquaredError),
        *(Precision, R2Score, Recall, RootMeanSquaredError, SparseCategoricalAccuracy),
        *(SparseCategoricalCrossentropy, SparseTopKCategoricalAccuracy, TopKCategoricalAccuracy),
    )
}

complete_docstrings(__name__)
