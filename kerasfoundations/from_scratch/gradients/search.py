"""Learning without gradients: one coefficient at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.gradients.descent import scalar


def coordinate_search(
    function: Callable[[tf.Tensor], tf.Tensor], start: Any, change: float, steps: int
) -> np.ndarray:
    """`w ← the lowest of w, w + h·eᵢ, w - h·eᵢ`, for one coefficient `i` after the other.

    A step goes through all `d` coefficients and calls the function `2·d` times, whereas the tape
    finds all `d` slopes in the time of a few calls. It needs no slopes, and ends where no single
    change by `h` leads down.

    Args:
        function: From a float64 tensor `(d,)` to a scalar.
        start: The first point, `(d,)`.
        change: `h`, above 0: how far a coefficient is moved.
        steps: How often to go through all coefficients.

    Returns:
        The path, float64 `(steps + 1, d + 1)`: each point and the function's value there, the start
        first.

    Raises:
        ValueError: when the function returns no scalar, or no finite number at the start.

    Example:
        >>> def loss(w):  # 0.5 at the start, 0.6 above it, 0.4 below it
        ...     return 0.5 + 2 * (w[0] - 0.3)
        >>> coordinate_search(loss, [0.3], change=0.05, steps=1)
        array([[0.3 , 0.5 ],
               [0.25, 0.4 ]])

    Source: Chollet, Deep Learning with Python, 2nd edition, chapter 2.
    """
    checks.function("function", function)
    change = checks.positive_number("change", change)
    steps = checks.positive_integer("steps", steps)
    point = checks.point(start)
    value = checks.finite_start(height(function, point))
    path = [[*point, value]]
    for _ in range(steps):
        for index in range(len(point)):
            tried = [moved(point, index, by) for by in (0, change, -change)]
            heights = [value, height(function, tried[1]), height(function, tried[2])]
            best = heights.index(min(heights))  # the first: neither is lower, so it stays
            point, value = tried[best], heights[best]
        path.append([*point, value])
    return np.array(path)


def moved(point: np.ndarray, index: int, change: float) -> np.ndarray:
    """Return a point with one coefficient changed."""
    point = point.copy()
    point[index] += change
    return point


def height(function: Callable[[tf.Tensor], tf.Tensor], point: np.ndarray) -> float:
    """Return the function's value at a point."""
    return float(scalar(function(tf.constant(point))))
