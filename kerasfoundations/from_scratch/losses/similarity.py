"""A loss of directions: the angle between a prediction and its target."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations.from_scratch.losses.arguments import EPSILON, same_kind
from kerasfoundations.from_scratch.losses.reduction import MEAN, Name, ReducedLoss


def cosine_similarity(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`-cos(angle) = -sum(y·p) / (|y|·|p|)` over the last axis.

    -1 for the same direction, 1 for the opposite one; lengths do not count. A vector shorter than
    `ε = 1e-7` is divided by `ε`: one of zeros gives 0.

    Slope for each prediction: `-(y/|y| - c·p/|p|) / |p|` with `c` the cosine: across `p`, never
    along it.

    Args:
        y_true: Tensor `(B, outputs)`.
        y_pred: Tensor of the same shape.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> cosine_similarity([[0.0, 1.0], [1.0, 1.0]], [[2.0, 0.0], [3.0, 3.0]]).numpy().round(4)
        array([-0., -1.], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    return -tf.reduce_sum(_unit(y_true) * _unit(y_pred), axis=-1)


def _unit(x: tf.Tensor) -> tf.Tensor:
    """`x / |x|` over the last axis."""
    squares = tf.reduce_sum(tf.square(x), axis=-1, keepdims=True)
    return x * tf.math.rsqrt(tf.maximum(squares, EPSILON**2))


class CosineSimilarity(ReducedLoss):
    """`cosine_similarity`, reduced over the batch.

    Args:
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> round(float(CosineSimilarity()([[0.0, 1.0], [1.0, 1.0]], [[2.0, 0.0], [3.0, 3.0]])), 4)
        -0.5
    """

    def __init__(
        self, reduction: Name = MEAN, name: Name = "cosine_similarity", dtype: Name = None
    ) -> None:
        super().__init__(cosine_similarity, reduction, name, dtype)
