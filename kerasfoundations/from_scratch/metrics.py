"""How often the predictions are right, sample by sample."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses import as_floats, mnist_loss

__all__ = ["binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"]

Metric = Callable[[Any, Any], tf.Tensor]


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`argmax(p) == y`, as 0 or 1 per sample, for integer labels.

    Args:
        y_true: Integer tensor `(B,)`.
        y_pred: Tensor `(B, k)`: probabilities or logits (both have the same largest entry).

    Returns:
        Tensor `(B,)` of zeros and ones, of the predictions' dtype.

    Raises:
        ValueError: when the shapes do not fit, or for labels out of range.

    Example:
        >>> sparse_categorical_accuracy([2, 0], [[0.1, 0.2, 0.7], [0.3, 0.6, 0.1]]).numpy()
        array([1., 0.], dtype=float32)
    """
    checks.sparse_loss_arguments(
        "sparse_categorical_accuracy", "categorical_accuracy", y_true, y_pred
    )
    y_pred = as_floats(y_pred)
    y_true = tf.cast(y_true, tf.int64)
    return tf.cast(tf.argmax(y_pred, axis=-1) == y_true, y_pred.dtype)


def categorical_accuracy(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`argmax(p) == argmax(y)`, as 0 or 1 per sample, for one-hot labels.

    Args:
        y_true: Tensor `(B, k)`.
        y_pred: Tensor `(B, k)`: probabilities or logits.

    Returns:
        Tensor `(B,)` of zeros and ones, of the predictions' dtype.

    Raises:
        ValueError: when the shapes differ.

    Example:
        >>> categorical_accuracy([[0.0, 1.0]], [[0.4, 0.6]]).numpy()
        array([1.], dtype=float32)
    """
    checks.one_hot_arguments(y_true, y_pred)
    y_true, y_pred = tf.convert_to_tensor(y_true), as_floats(y_pred)
    return sparse_categorical_accuracy(tf.argmax(y_true, axis=-1), y_pred)


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> tf.Tensor:
    """`(p > threshold) == y`, as 0 or 1 per output.

    It counts, and a count has no slope: a small change of a weight changes no prediction, so the
    gradient of the accuracy is 0 almost everywhere, and the tape finds none at all. That is why a
    network is trained on a loss.

    Args:
        y_true: Tensor `(B, outputs)`, each 0 or 1.
        y_pred: Tensor of the same shape: probabilities.
        threshold: Above it a prediction counts as 1; for logits use 0.

    Returns:
        Tensor `(B, outputs)` of zeros and ones, of the predictions' dtype.

    Raises:
        ValueError: when the shapes differ.

    Example:
        >>> binary_accuracy([[1.0], [1.0]], [[0.9], [0.5]]).numpy()
        array([[1.],
               [0.]], dtype=float32)
        >>> p = tf.Variable([[0.4]])
        >>> with tf.GradientTape() as tape:
        ...     accuracy = tf.reduce_mean(binary_accuracy([[1.0]], p))
        >>> print(tape.gradient(accuracy, p))
        None
    """
    checks.loss_arguments(y_true, y_pred)
    checks.finite_number("threshold", threshold)
    y_pred = as_floats(y_pred)
    y_true = tf.cast(y_true, y_pred.dtype)
    return tf.cast(tf.cast(y_pred > threshold, y_pred.dtype) == y_true, y_pred.dtype)


def accuracy_for(y: Any, num_outputs: int, threshold: float = 0.5) -> Metric:
    """Return what `"accuracy"` means, as in Keras, for these targets and that many outputs."""
    if num_outputs == 1:
        return functools.partial(binary_accuracy, threshold=threshold)
    return sparse_categorical_accuracy if len(y.shape) == 1 else categorical_accuracy


def accuracy_of(model: Any, loss: Any) -> Callable[[Any, tf.Tensor], tf.Tensor | None]:
    """Return a function of targets and predictions: the accuracy of a batch, a scalar.

    It returns `None` where accuracy is meaningless.
    """
    if not checks.has_accuracy(loss, model.activation):
        return lambda y, predictions: None
    threshold = 0.0 if loss is mnist_loss else 0.5  # of its logits, of probabilities

    def accuracy(y: Any, predictions: tf.Tensor) -> tf.Tensor:
        right = accuracy_for(y, model.output_shape[-1], threshold)(y, predictions)  # (B,)
        return tf.reduce_mean(right)

    return accuracy
