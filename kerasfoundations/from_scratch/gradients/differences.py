"""Gradients by differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kerasfoundations import checks


def numerical_gradient(
    function: Callable[[np.ndarray], Any], x: Any, step: float = 1e-6
) -> np.ndarray:
    """`(f(x + h) - f(x - h)) / 2h` for each element of `x`: central differences.

    The error shrinks with `h²` until rounding takes over; in float64 about nine digits are right.

    Args:
        function: From a float64 array of the shape of `x` to a number.
        x: Where the slopes are wanted; it is not changed.
        step: `h`, above 0.

    Returns:
        float64 array of the shape of `x`: how fast the function grows with each element.

    Raises:
        ValueError: when the function does not return one number, or the step is not above 0.

    Example:
        >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, -3.0]).round(6)
        array([ 2., -6.])
    """
    checks.function("function", function)
    step = checks.positive_number("step", step)
    x = np.array(checks.real_array("x", x), dtype="float64")  # a copy
    checks.finite("x", x)
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        value = x[index]
        x[index] = value + step
        above = checks.one_number("function", function(x.copy()))
        x[index] = value - step
        below = checks.one_number("function", function(x.copy()))
        x[index] = value
        gradient[index] = (above - below) / (2 * step)
    return gradient
