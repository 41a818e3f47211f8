"""Why squares, and why cross-entropy: the losses are likelihoods in disguise.

A model that says how likely each target is can be judged by the targets observed: the best weights
make them most likely. Samples are independent, so their likelihoods multiply, and the negative
logarithms add up to a sum that can be minimized like any loss. Which loss it is depends on how the
targets scatter around the predictions:

    scatter        negative log-likelihood of a sample         the loss
    Gaussian       outputs·MSE / (2σ²) + constant              mean squared error
    Laplace        outputs·MAE / b + constant                  mean absolute error
    Bernoulli      outputs·BCE                                 binary cross-entropy
    categorical    CCE                                         categorical cross-entropy

Factors above 0 and constants do not move a minimum.
"""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses import clipped, same_kind

__all__ = ["bernoulli", "categorical", "gaussian", "laplace"]


def gaussian(y_true: Any, y_pred: Any, deviation: float = 1.0) -> tf.Tensor:
    """`-log(Π exp(-(y - p)² / (2σ²)) / (σ·√(2π)))` over the last axis: the normal distribution.

    The logarithm turns the exponential into a square: `sum((y - p)²) / (2σ²)`, and
    `log(σ·√(2π))` for each output. The mean over all samples is smallest for `σ² = MSE`.

    Args:
        y_true: Tensor `(B, outputs)`: what was measured.
        y_pred: Tensor of the same shape: the centre of what is expected.
        deviation: `σ`, the standard deviation of the measurements around it, in units of `y_true`.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ, or the deviation is not above 0.

    Example:
        >>> gaussian([[0.0], [2.0]], [[0.0], [0.0]]).numpy().round(4)  # log √(2π), and 2 more
        array([0.9189, 2.9189], dtype=float32)

    Source: Bishop, Pattern Recognition and Machine Learning, section 3.1.1.
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    deviation = checks.positive_number("deviation", deviation)
    squares = tf.square((y_true - y_pred) / deviation) / 2  # (B, outputs)
    return tf.reduce_sum(squares + math.log(deviation * math.sqrt(2 * math.pi)), axis=-1)


def laplace(y_true: Any, y_pred: Any, scale: float = 1.0) -> tf.Tensor:
    """`-log(Π exp(-|y - p| / b) / (2b))` over the last axis: the Laplace distribution.

    The same as `sum(|y - p|) / b + outputs·log(2b)`. Far from the centre it falls more slowly than
    a Gaussian, so that an outlier is less of a surprise and pulls less.

    Args:
        y_true: Tensor `(B, outputs)`: what was measured.
        y_pred: Tensor of the same shape: the centre of what is expected.
        scale: `b`, the mean distance of the measurements from it, in units of `y_true`.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ, or the scale is not above 0.

    Example:
        >>> laplace([[0.0], [2.0]], [[0.0], [0.0]]).numpy().round(4)  # log 2, and 2 more
        array([0.6931, 2.6931], dtype=float32)

    Source: Murphy, Probabilistic Machine Learning: An Introduction, section 11.6.1.
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    scale = checks.positive_number("scale", scale)
    distances = tf.abs(y_true - y_pred) / scale  # (B, outputs)
    return tf.reduce_sum(distances + math.log(2 * scale), axis=-1)


def bernoulli(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`-log(Π p^y·(1 - p)^(1 - y))` over the last axis: `p` where `y` is 1, `1 - p` where it is 0.

    Args:
        y_true: Tensor `(B, outputs)`, each 0 or 1: what was observed.
        y_pred: Tensor of the same shape: the probabilities of a 1.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ.

    Example:
        >>> bernoulli([[1.0], [0.0]], [[0.5], [0.25]]).numpy().round(4)  # -log 0.5, -log 0.75
        array([0.6931, 0.2877], dtype=float32)

    Source: Bishop, Pattern Recognition and Machine Learning, section 4.3.2.
    """
    y, p = same_kind(y_true, y_pred)
    p = clipped(p)
    likelihoods = p**y * (1 - p) ** (1 - y)  # (B, outputs)
    return -tf.reduce_sum(tf.math.log(likelihoods), axis=-1)


def categorical(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`-log(Π p_k^y_k)` over the classes: of one-hot labels, the probability of the true class.

    Args:
        y_true: Tensor `(B, k)`: one-hot labels.
        y_pred: Tensor `(B, k)`: probabilities (scaled to sum to 1).

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ.

    Example:
        >>> categorical([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4)  # -log 0.5
        array([0.6931], dtype=float32)

    Source: Bishop, Pattern Recognition and Machine Learning, section 4.3.4.
    """
    y, p = same_kind(y_true, y_pred)
    p = clipped(p / tf.reduce_sum(p, axis=-1, keepdims=True))
    return -tf.math.log(tf.reduce_prod(p**y, axis=-1))
