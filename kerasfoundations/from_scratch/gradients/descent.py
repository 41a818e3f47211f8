"""Gradient descent with any optimizer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.seeds import gaussian_noise
from kerasfoundations.from_scratch import optimizers
from kerasfoundations.from_scratch.gradients.tape import connected
from kerasfoundations.loop import line_fits, minima


def descend(
    function: Callable[[tf.Tensor], tf.Tensor],
    start: Any,
    optimizer: Any,
    steps: int,
    *,
    noise: float = 0.0,
    seed: int = 0,
    tolerance: float = 0.0,
    target: float | None = None,
) -> np.ndarray:
    """Walk downhill on a function: at each step the optimizer moves the point by its slopes.

    With noise the optimizer gets `∇f(x) + noise·N(0, 1)`, as slopes of small batches would be:
    where all slopes are zero, but not all ways lead up, the noise leads away.

    Args:
        function: From a float64 tensor `(d,)` to a scalar.
        start: The first point, `(d,)`.
        optimizer: An object of `optimizers`, or a name.
        steps: Number of updates.
        noise: Standard deviation of the Gaussian noise that is added to each slope.
        seed: Integer, 0 or more, that fixes the noise.
        tolerance: The walk ends at the first point where no slope is steeper; 0 for never.
        target: The walk ends at the first point that is as low; `None` for never.

    Returns:
        The path, float64 `(steps + 1, d + 1)`: each point and the function's value there, the start
        first. It is shorter if the walk ended early.

    Raises:
        DivergenceError: when the walk leaves the range of float64.
        ValueError: when the function returns no scalar, or does not depend on the point.

    Example:
        >>> from kerasfoundations.from_scratch.optimizers import SGD
        >>> descend(lambda x: tf.reduce_sum(x**2), [1.0], SGD(learning_rate=0.25), steps=2)
        array([[1.    , 1.    ],
               [0.5   , 0.25  ],
               [0.25  , 0.0625]])
    """
    checks.function("function", function)
    point, steps = tf.Variable(checks.point(start)), checks.positive_integer("steps", steps)
    optimizer = optimizers.get(optimizer)
    optimizer.build([point])
    noises = gaussian_noise((steps, *point.shape), noise, seed)  # (steps, d)
    ends = minima.stop_rule(tolerance, target)

    def value_and_slopes() -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            value = scalar(function(point))
        return value, connected(tape.gradient(value, point), "x")

    value_and_slopes()  # report a wrong function before compiling anything
    measure = tf.function(value_and_slopes)
    move = tf.function(lambda slopes: optimizer.apply([slopes], [point]))

    path = []
    for added in [*noises, None]:
        value, slopes = measure()
        path.append([*point.numpy(), float(value)])
        if added is None or ends(float(value), slopes.numpy()):
            break
        move(slopes + added)
    return line_fits.refuse_infinite(np.array(path))


def scalar(value: Any) -> tf.Tensor:
    """Return what a function gave as a tensor, which must hold one number."""
    value = tf.convert_to_tensor(value)
    checks.scalar(value)
    return value
