"""Gradient descent to a line and to a parabola."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.gradients import descend
from kerasfoundations.from_scratch.linear_regression.engines import WALKS
from kerasfoundations.from_scratch.optimizers import SGD
from kerasfoundations.loop import line_fits
from kerasfoundations.loop.line_fits import DivergenceError, LineFit


def fit_line(
    x: Any,
    y: Any,
    *,
    slope: float,
    intercept: float,
    learning_rate: float,
    steps: int,
    train_intercept: bool = True,
    batch_size: int | None = None,
    seed: int = 0,
    dtype: str = "float64",
    execution: str = "loop",
    tolerance: float = 0.0,
) -> LineFit:
    """`slope -= η·∂MSE/∂slope; intercept -= η·∂MSE/∂intercept`, step by step.

    On two cores 1,000 full-batch steps on 33 samples take 1.6 s operation by operation, 0.5 to 0.7
    s as a compiled step, and 0.002 s a thousand steps at a time: 80,000 take 0.2 s, where eager
    takes two minutes, 700 times as long. The arithmetic costs next to nothing; the time goes into
    Python calling TensorFlow at every step. (`compare --model linear` measures it.)

    Args:
        x: Numbers `(n,)`.
        y: Numbers `(n,)`.
        slope: The initial slope.
        intercept: The initial intercept.
        learning_rate: `η`. On all samples it must stay below 2 divided by the largest curvature of
            the loss; standardized `x` allow a much larger one and need far fewer steps.
        steps: Number of updates.
        train_intercept: `False` keeps the initial intercept.
        batch_size: Samples per step; `None` takes all of them. Smaller batches are cut from a new
            order for each pass over the samples.
        seed: Integer that fixes these orders; the other wing then sees the same batches.
        dtype: `"float64"` or `"float32"`.
        execution: `"loop"` compiles a thousand steps into one XLA program. The others go step by
            step: `"graph"` compiles a step with `tf.function`, `"xla"` has XLA fuse it, `"eager"`
            runs it operation by operation; `"numpy"` takes the gradient by hand, and `"session"`
            runs a static graph as TensorFlow 1 did, with its own gradient-descent optimizer.
        tolerance: Where no slope of the loss over all samples is larger than this, the fit ends; 0
            takes all steps. Engines that take many steps per call check after each call, and drop
            the points after the first flat one.

    Returns:
        A `LineFit`: slope, intercept, loss, and the path to them.

    Raises:
        DivergenceError: when the loss grows: the learning rate is too high. The error says below
            which rate it would not grow.
        ValueError: for samples or numbers that do not fit.

    Example:
        >>> x, y = [-1.0, 1.0], [-1.0, 3.0]
        >>> fit = fit_line(x, y, slope=0, intercept=0, learning_rate=0.5, steps=9)
        >>> round(fit.slope, 6), round(fit.intercept, 6), fit.path.shape
        (2.0, 1.0, (10, 3))
    """
    plan = line_fits.plan(
        x,
        y,
        slope=slope,
        intercept=intercept,
        learning_rate=learning_rate,
        steps=steps,
        train_intercept=train_intercept,
        batch_size=batch_size,
        seed=seed,
        dtype=dtype,
        tolerance=tolerance,
    )
    walk = WALKS[checks.known_name("execution", execution, WALKS)]
    return line_fits.finish(plan, walk(plan))


def fit_quadratic(
    x: Any, y: Any, *, start: Sequence[float], learning_rate: float, steps: int
) -> np.ndarray:
    """`y ≈ a·x² + b·x + c`: initialize, predict, loss, gradient, step, repeat, stop.

    The curve bends, but the prediction is a weighted sum of `x²`, `x` and 1, so this is still
    linear regression.

    Args:
        x: Numbers `(n,)`; standardized ones allow a large learning rate.
        y: Numbers `(n,)`.
        start: The initial `a`, `b` and `c`.
        learning_rate: `η`.
        steps: Number of updates.

    Returns:
        The path, float64 `(steps + 1, 4)`: `a`, `b`, `c` and the mean squared error at each point,
        the start first.

    Raises:
        DivergenceError: when the loss grows: the learning rate is too high.
        ValueError: for samples or numbers that do not fit.

    Example:
        >>> x = np.linspace(-1, 1, 9)
        >>> path = fit_quadratic(x, 3 * x**2 + 1, start=(0, 0, 0), learning_rate=0.5, steps=200)
        >>> path[-1, :3].round(3) + 0.0
        array([3., 0., 1.])

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """
    x, y = line_fits.samples(x, y)

    def mean_squared_error(parameters: tf.Tensor) -> tf.Tensor:
        a, b, c = parameters[0], parameters[1], parameters[2]
        predictions = a * x**2 + b * x + c  # (n,)
        return tf.reduce_mean(tf.square(predictions - y))

    first = checks.vector("start", start, 3)
    try:
        path = descend(mean_squared_error, first, SGD(learning_rate), steps)
    except DivergenceError as error:  # raised again below, with what is known of a parabola
        path = np.vstack([error.path, np.full(4, np.inf)])
    return line_fits.refuse_growth(
        path, learning_rate, np.stack([x**2, x, np.ones_like(x)], axis=1)
    )
