"""Losses between distributions: of probabilities, and of counts."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations.from_scratch.losses.arguments import EPSILON, same_kind
from kerasfoundations.from_scratch.losses.reduction import MEAN, Name, ReducedLoss


def kl_divergence(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`sum(y·log(y/p))` over the classes: the cross-entropy, less that of a perfect prediction.

    0 where both distributions are the same. Both are kept from `ε = 1e-7` to 1.

    Slope for each prediction: `-y/p`, and 0 where `p` is kept at an end.

    Args:
        y_true: Tensor `(B, k)`: probabilities.
        y_pred: Tensor of the same shape: probabilities.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> kl_divergence([[0.5, 0.5], [0.0, 1.0]], [[0.5, 0.5], [0.5, 0.5]]).numpy().round(4)
        array([0.    , 0.6931], dtype=float32)

    Source: Kullback and Leibler, On information and sufficiency, 1951.
    """
    y, p = (tf.clip_by_value(q, EPSILON, 1) for q in same_kind(y_true, y_pred))
    return tf.reduce_sum(y * tf.math.log(y / p), axis=-1)


def poisson(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`mean(p - y·log(p + ε))` over the last axis, with `ε = 1e-7`: for counts.

    The negative logarithm of Poisson's distribution `p^y·exp(-p)/y!`, without the part that does
    not depend on `p`: smallest, not 0, where `p = y`. NaN where `p` is below 0.

    Slope for each prediction: `(1 - y/(p + ε)) / outputs`.

    Args:
        y_true: Tensor `(B, outputs)`: counts, 0 or more.
        y_pred: Tensor of the same shape: the expected counts, 0 or more.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> poisson([[2.0], [2.0]], [[2.0], [1.0]]).numpy().round(4)  # 2 - 2·log 2, and 1
        array([0.6137, 1.    ], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    return tf.reduce_mean(y_pred - y_true * tf.math.log(y_pred + EPSILON), axis=-1)


class KLDivergence(ReducedLoss):
    """`kl_divergence`, reduced over the batch.

    Args:
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> round(float(KLDivergence()([[0.5, 0.5], [0.0, 1.0]], [[0.5, 0.5], [0.5, 0.5]])), 4)
        0.3466
    """

    def __init__(
        self, reduction: Name = MEAN, name: Name = "kl_divergence", dtype: Name = None
    ) -> None:
        super().__init__(kl_divergence, reduction, name, dtype)


class Poisson(ReducedLoss):
    """`poisson`, reduced over the batch.

    Args:
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> round(float(Poisson()([[2.0], [2.0]], [[2.0], [1.0]])), 4)
        0.8069
    """

    def __init__(self, reduction: Name = MEAN, name: Name = "poisson", dtype: Name = None) -> None:
        super().__init__(poisson, reduction, name, dtype)
