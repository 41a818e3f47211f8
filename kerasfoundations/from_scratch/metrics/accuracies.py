"""Accuracies: how often the predictions are right, sample by sample and over all batches."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses import as_floats, mnist_loss, same_kind
from kerasfoundations.from_scratch.metrics.base import MeanMetricWrapper


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


def sparse_top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> tf.Tensor:
    """`count(p > p[y]) < k`, as 0 or 1 per sample, for integer labels.

    Fewer than `k` classes are more probable than the true one; of equal ones all are in.

    Args:
        y_true: Integer tensor `(B,)`.
        y_pred: Tensor `(B, classes)`: probabilities or logits.
        k: How many guesses there are.

    Returns:
        Tensor `(B,)` of zeros and ones, of the predictions' dtype.

    Raises:
        ValueError: when the shapes do not fit, for labels out of range, or `k` below 1.

    Example:
        >>> p = [[0.1, 0.2, 0.7], [0.3, 0.6, 0.1]]
        >>> sparse_top_k_categorical_accuracy([1, 2], p, k=2).numpy()
        array([1., 0.], dtype=float32)
    """
    checks.sparse_loss_arguments(
        "sparse_top_k_categorical_accuracy", "top_k_categorical_accuracy", y_true, y_pred
    )
    k = checks.positive_integer("k", k)
    y_pred = as_floats(y_pred)
    y_true = tf.cast(y_true, tf.int64)
    of_true = tf.gather(y_pred, y_true, axis=1, batch_dims=1)[:, None]  # (B, 1)
    # Not "above": what is NaN is not below or equal either, and no hit.
    ahead = tf.reduce_sum(tf.cast(~(y_pred <= of_true), tf.int32), axis=-1)  # (B,)
    return tf.cast(ahead < k, y_pred.dtype)


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> tf.Tensor:
    """`count(p > p[argmax(y)]) < k`, as 0 or 1 per sample, for one-hot labels.

    Args:
        y_true: Tensor `(B, classes)`.
        y_pred: Tensor `(B, classes)`: probabilities or logits.
        k: How many guesses there are.

    Returns:
        Tensor `(B,)` of zeros and ones, of the predictions' dtype.

    Raises:
        ValueError: when the shapes differ, or `k` is below 1.

    Example:
        >>> top_k_categorical_accuracy([[0.0, 1.0, 0.0]], [[0.1, 0.2, 0.7]], k=2).numpy()
        array([1.], dtype=float32)
    """
    checks.one_hot_arguments(y_true, y_pred, "top_k_categorical_accuracy")
    return sparse_top_k_categorical_accuracy(tf.argmax(y_true, axis=-1), y_pred, k)


def accuracy(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`p == y`, as 0 or 1 per output `(B, outputs)`: predictions that are labels already."""
    y_true, y_pred = same_kind(y_true, y_pred)
    return tf.cast(y_true == y_pred, y_pred.dtype)


def accuracy_for(
    y: Any, num_outputs: int, threshold: float = 0.5
) -> Callable[[Any, Any], tf.Tensor]:
    """Return what `"accuracy"` means, as in Keras, for these targets and that many outputs."""
    if num_outputs == 1:
        return functools.partial(binary_accuracy, threshold=threshold)
    return sparse_categorical_accuracy if len(y.shape) == 1 else categorical_accuracy


def hits_of(model: Any, loss: Any) -> Callable[[Any, tf.Tensor], tf.Tensor]:
    """Return what `"accuracy"` means for a model: a function that gives 0 or 1 per sample."""
    threshold = 0.0 if loss is mnist_loss else 0.5  # of its logits, of probabilities
    outputs = model.output_shape[-1]
    return lambda y, predictions: accuracy_for(y, outputs, threshold)(y, predictions)  # (B,)


def accuracy_of(model: Any, loss: Any) -> Callable[[Any, tf.Tensor], tf.Tensor | None]:
    """Return a function of targets and predictions: the accuracy of a batch, a scalar.

    It returns `None` where accuracy is meaningless.
    """
    if not checks.has_accuracy(loss, model.activation):
        return lambda y, predictions: None
    hits = hits_of(model, loss)
    return lambda y, predictions: tf.reduce_mean(hits(y, predictions))


class Accuracy(MeanMetricWrapper):
    """`sum(w·hit) / sum(w)`: how often a prediction is the label.

    Args:
        name: A name.
        dtype: That of the sums; `None` for float32.

    Example:
        >>> metric = Accuracy()
        >>> metric.update_state([[1.0], [2.0]], [[1.0], [3.0]])
        >>> float(metric.result())
        0.5
    """

    def __init__(self, name: str = "accuracy", dtype: str | None = None) -> None:
        super().__init__(accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """`sum(w·hit) / sum(w)`: how often `p > threshold` is the label, 0 or 1.

    Args:
        threshold: Above it a prediction counts as 1; for logits use 0.
        name: A name.
        dtype: That of the sums; `None` for float32.

    Example:
        >>> metric = BinaryAccuracy()
        >>> metric.update_state([[1.0], [1.0], [0.0], [0.0]], [[0.9], [1.0], [0.0], [0.6]])
        >>> float(metric.result())
        0.75
    """

    def __init__(
        self, name: str = "binary_accuracy", dtype: str | None = None, threshold: float = 0.5
    ) -> None:
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)


class CategoricalAccuracy(MeanMetricWrapper):
    """`sum(w·hit) / sum(w)`: how often the largest output is that of the true class.

    Args:
        name: A name.
        dtype: That of the sums; `None` for float32.

    Example:
        >>> metric = CategoricalAccuracy()
        >>> metric.update_state([[0.0, 1.0], [1.0, 0.0]], [[0.4, 0.6], [0.3, 0.7]])
        >>> float(metric.result())
        0.5
    """

    def __init__(self, name: str = "categorical_accuracy", dtype: str | None = None) -> None:
        super().__init__(categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """`sum(w·hit) / sum(w)`: how often the largest output has the label's number.

    Args:
        name: A name.
        dtype: That of the sums; `None` for float32.

    Example:
        >>> metric = SparseCategoricalAccuracy()
        >>> metric.update_state([1, 0], [[0.4, 0.6], [0.3, 0.7]])
        >>> float(metric.result())
        0.5
    """

    def __init__(self, name: str = "sparse_categorical_accuracy", dtype: str | None = None) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """`sum(w·hit) / sum(w)`: how often the true class is among the best `k`.

    Args:
        k: How many guesses there are.
        name: A name.
        dtype: That of the sums; `None` for float32.

    Example:
        >>> metric = TopKCategoricalAccuracy(k=2)
        >>> metric.update_state([[0.0, 1.0, 0.0]], [[0.1, 0.2, 0.7]])
        >>> float(metric.result())
        1.0
    """

    def __init__(
        self, k: int = 5, name: str = "top_k_categorical_accuracy", dtype: str | None = None
    ) -> None:
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """`sum(w·hit) / sum(w)`: how often the label is among the best `k`.

    Args:
        k: How many guesses there are.
        name: A name.
        dtype: That of the sums; `None` for float32.

    Example:
        >>> metric = SparseTopKCategoricalAccuracy(k=2)
        >>> metric.update_state([1, 0], [[0.1, 0.2, 0.7], [0.1, 0.2, 0.7]])
        >>> float(metric.result())
        0.5
    """

    def __init__(
        self, k: int = 5, name: str = "sparse_top_k_categorical_accuracy", dtype: str | None = None
    ) -> None:
        super().__init__(sparse_top_k_categorical_accuracy, name, dtype, k=k)
