"""Losses of margins: a prediction has to be right by some distance, and no more is asked."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations.from_scratch.losses.arguments import same_kind
from kerasfoundations.from_scratch.losses.reduction import MEAN, Name, ReducedLoss


def hinge(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`mean(max(1 - y·p, 0))` over the last axis, for labels -1 and 1.

    As in Keras, labels that are all 0 or 1 become `2y - 1` first: -1 and 1.

    Slope for each prediction: `-y / outputs` where `y·p ≤ 1`, 0 beyond; at 1 is a kink, where the
    tape takes the slope of the falling side.

    Args:
        y_true: Tensor `(B, outputs)`, each -1 or 1.
        y_pred: Tensor of the same shape: any number, its sign the answer.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> hinge([[1.0], [1.0], [-1.0]], [[2.0], [0.5], [0.5]]).numpy()
        array([0. , 0.5, 1.5], dtype=float32)

    Source: Cortes and Vapnik, Support-vector networks, 1995.
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    return tf.reduce_mean(tf.maximum(1 - _signs(y_true) * y_pred, 0), axis=-1)


def squared_hinge(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`mean(max(1 - y·p, 0)²)` over the last axis, for labels -1 and 1: `hinge` without a kink.

    Slope for each prediction: `-2y·max(1 - y·p, 0) / outputs`.

    Args:
        y_true: Tensor `(B, outputs)`, each -1 or 1; or all 0 or 1, as for `hinge`.
        y_pred: Tensor of the same shape: any number, its sign the answer.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> squared_hinge([[1.0], [1.0], [-1.0]], [[2.0], [0.5], [0.5]]).numpy()
        array([0.  , 0.25, 2.25], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    return tf.reduce_mean(tf.square(tf.maximum(1 - _signs(y_true) * y_pred, 0)), axis=-1)


def categorical_hinge(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`max(1 + best - true, 0)` over the classes, for one-hot labels.

    `true = sum(y·p)` is the prediction for the true class, `best = max((1 - y)·p)` the highest of
    the others, and 0 if all of those are negative: the true class counts as 0 among them.

    Slope where the loss is above 0: -1 for the true class, and 1 for the best of the others if its
    prediction is above 0.

    Args:
        y_true: Tensor `(B, k)`: one-hot labels.
        y_pred: Tensor `(B, k)`: any numbers.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ.

    Example:
        >>> categorical_hinge([[0.0, 1.0], [0.0, 1.0]], [[0.5, 2.0], [2.0, 0.5]]).numpy()
        array([0. , 2.5], dtype=float32)

    Source: Crammer and Singer, On the algorithmic implementation of multiclass kernel-based vector
    machines, 2001.
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    true = tf.reduce_sum(y_true * y_pred, axis=-1)  # (B,)
    best = tf.reduce_max((1 - y_true) * y_pred, axis=-1)  # (B,)
    return tf.maximum(best - true + 1, 0)


def _signs(y: tf.Tensor) -> tf.Tensor:
    """`2y - 1` where all labels are 0 or 1, else `y`."""
    all_binary = tf.reduce_all((y == 0) | (y == 1))
    return tf.where(all_binary, 2 * y - 1, y)


class Hinge(ReducedLoss):
    """`hinge`, reduced over the batch.

    Args:
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> float(Hinge()([[1.0], [-1.0]], [[0.5], [0.5]]))
        1.0
    """

    def __init__(self, reduction: Name = MEAN, name: Name = "hinge", dtype: Name = None) -> None:
        super().__init__(hinge, reduction, name, dtype)


class SquaredHinge(ReducedLoss):
    """`squared_hinge`, reduced over the batch.

    Args:
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> float(SquaredHinge()([[1.0], [-1.0]], [[0.5], [0.5]]))
        1.25
    """

    def __init__(
        self, reduction: Name = MEAN, name: Name = "squared_hinge", dtype: Name = None
    ) -> None:
        super().__init__(squared_hinge, reduction, name, dtype)


class CategoricalHinge(ReducedLoss):
    """`categorical_hinge`, reduced over the batch.

    Args:
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> float(CategoricalHinge()([[0.0, 1.0], [0.0, 1.0]], [[0.5, 2.0], [2.0, 0.5]]))
        1.25
    """

    def __init__(
        self, reduction: Name = MEAN, name: Name = "categorical_hinge", dtype: Name = None
    ) -> None:
        super().__init__(categorical_hinge, reduction, name, dtype)
