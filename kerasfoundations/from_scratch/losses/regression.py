"""Losses of quantities: how far a prediction is from what was measured."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses.arguments import EPSILON, same_kind
from kerasfoundations.from_scratch.losses.reduction import MEAN, Name, ReducedLoss


def mean_squared_error(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`mean((y_true - y_pred)²)` over the last axis; without the ½ that some books put in front.

    Slope for each prediction: `2·(y_pred - y_true) / outputs`.

    Args:
        y_true: Tensor `(B, outputs)`.
        y_pred: Tensor of the same shape.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> mean_squared_error([[0.0, 2.0]], [[1.0, 5.0]]).numpy()
        array([5.], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)


def mean_absolute_error(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`mean(|y_true - y_pred|)` over the last axis.

    Slope for each prediction: `sign(y_pred - y_true) / outputs`.

    Args:
        y_true: Tensor `(B, outputs)`.
        y_pred: Tensor of the same shape.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> mean_absolute_error([[0.0, 2.0]], [[1.0, 5.0]]).numpy()
        array([2.], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    return tf.reduce_mean(tf.abs(y_true - y_pred), axis=-1)


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`100·mean(|y - p| / |y|)` over the last axis; below `ε = 1e-7`, `|y|` counts as `ε`.

    Slope for each prediction: `100·sign(p - y) / |y| / outputs`.

    Args:
        y_true: Tensor `(B, outputs)`.
        y_pred: Tensor of the same shape.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> mean_absolute_percentage_error([[100.0, 200.0]], [[90.0, 240.0]]).numpy().round(4)
        array([15.], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    size = tf.maximum(tf.abs(y_true), EPSILON)
    return 100 * tf.reduce_mean(tf.abs((y_true - y_pred) / size), axis=-1)


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`mean((log(1 + p) - log(1 + y))²)` over the last axis: squares of ratios, not of distances.

    What is below `ε = 1e-7` counts as `ε`, negative numbers too, and has no slope.

    Slope for each prediction: `2·(log(1 + p) - log(1 + y)) / (1 + p) / outputs`.

    Args:
        y_true: Tensor `(B, outputs)`: numbers of 0 or more.
        y_pred: Tensor of the same shape.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> mean_squared_logarithmic_error([[0.0]], [[1.0]]).numpy().round(4)  # (log 2)²
        array([0.4805], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    log_p, log_y = (tf.math.log(tf.maximum(y, EPSILON) + 1) for y in (y_pred, y_true))
    return tf.reduce_mean(tf.square(log_p - log_y), axis=-1)


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> tf.Tensor:
    """`mean(e²/2 where |e| ≤ δ, δ·|e| - δ²/2 elsewhere)`, with the error `e = p - y`.

    A parabola around 0 and two straight lines from `±δ` on: an outlier pulls with `δ`, no harder.
    Parabola and lines meet with one value and one slope.

    Slope for each prediction: `e / outputs`, but not beyond `±δ / outputs`.

    Args:
        y_true: Tensor `(B, outputs)`.
        y_pred: Tensor of the same shape.
        delta: `δ`, where the parabola ends.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ, or `δ` is not above 0.

    Example:
        >>> huber([[0.0], [0.0]], [[0.5], [3.0]]).numpy()
        array([0.125, 2.5  ], dtype=float32)

    Source: Huber, Robust estimation of a location parameter, 1964.
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    delta = checks.positive_number("delta", delta)
    error = y_pred - y_true
    size = tf.abs(error)
    parabola, line = tf.square(error) / 2, delta * size - delta**2 / 2
    return tf.reduce_mean(tf.where(size <= delta, parabola, line), axis=-1)


def log_cosh(y_true: Any, y_pred: Any) -> tf.Tensor:
    """`mean(log(cosh(e)))` over the last axis, with the error `e = p - y`.

    Close to `e²/2` near 0 and to `|e| - log 2` far away: Huber's loss without a seam. Computed as
    `e + softplus(-2e) - log 2`, as `log(1 + exp(-2e))` written out would overflow. Keras rounds
    `log 2` to float32: in float64 its values are lower by 1.9e-9.

    Slope for each prediction: `tanh(e) / outputs`.

    Args:
        y_true: Tensor `(B, outputs)`.
        y_pred: Tensor of the same shape.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ: nothing is broadcast.

    Example:
        >>> log_cosh([[0.0], [0.0]], [[0.5], [20.0]]).numpy().round(4)
        array([ 0.1201, 19.3069], dtype=float32)
    """
    y_true, y_pred = same_kind(y_true, y_pred)
    error = y_pred - y_true
    return tf.reduce_mean(error + tf.math.softplus(-2 * error) - math.log(2), axis=-1)


class MeanSquaredError(ReducedLoss):
    """`mean_squared_error`, reduced over the batch.

    Args:
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> float(MeanSquaredError()([[0.0], [0.0]], [[1.0], [3.0]]))
        5.0
    """

    def __init__(
        self, reduction: Name = MEAN, name: Name = "mean_squared_error", dtype: Name = None
    ) -> None:
        super().__init__(mean_squared_error, reduction, name, dtype)


class MeanAbsoluteError(ReducedLoss):
    """`mean_absolute_error`, reduced over the batch.

    Args:
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> float(MeanAbsoluteError()([[0.0], [0.0]], [[1.0], [3.0]]))
        2.0
    """

    def __init__(
        self, reduction: Name = MEAN, name: Name = "mean_absolute_error", dtype: Name = None
    ) -> None:
        super().__init__(mean_absolute_error, reduction, name, dtype)


class MeanAbsolutePercentageError(ReducedLoss):
    """`mean_absolute_percentage_error`, reduced over the batch.

    Args:
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> float(MeanAbsolutePercentageError()([[100.0], [200.0]], [[90.0], [240.0]]))
        15.0
    """

    def __init__(
        self,
        reduction: Name = MEAN,
        name: Name = "mean_absolute_percentage_error",
        dtype: Name = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, reduction, name, dtype)


class MeanSquaredLogarithmicError(ReducedLoss):
    """`mean_squared_logarithmic_error`, reduced over the batch.

    Args:
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> round(float(MeanSquaredLogarithmicError()([[0.0], [1.0]], [[1.0], [1.0]])), 4)
        0.2402
    """

    def __init__(
        self,
        reduction: Name = MEAN,
        name: Name = "mean_squared_logarithmic_error",
        dtype: Name = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, reduction, name, dtype)


class Huber(ReducedLoss):
    """`huber`, reduced over the batch.

    Args:
        delta: Where the parabola ends.
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> float(Huber()([[0.0], [0.0]], [[1.0], [3.0]]))
        1.5
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "huber_loss",
        dtype: str | None = None,
    ) -> None:
        super().__init__(huber, reduction, name, dtype, delta=delta)


class LogCosh(ReducedLoss):
    """`log_cosh`, reduced over the batch.

    Args:
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> round(float(LogCosh()([[0.0], [0.0]], [[0.5], [0.0]])), 4)
        0.0601
    """

    def __init__(self, reduction: Name = MEAN, name: Name = "log_cosh", dtype: Name = None) -> None:
        super().__init__(log_cosh, reduction, name, dtype)
