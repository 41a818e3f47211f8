"""The closed form of linear regression, and the gradient of its loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.loop import line_fits


def solve_line(x: Any, y: Any) -> tuple[float, float]:
    """`slope = cov(x, y) / var(x)`, `intercept = mean(y) - slope·mean(x)`.

    No other line has a smaller mean squared error over these samples.

    Args:
        x: Numbers `(n,)`, two of them different.
        y: Numbers `(n,)`.

    Returns:
        Slope and intercept.

    Raises:
        ValueError: for samples that do not fit, or for which any slope is equally good.

    Example:
        >>> solve_line([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
        (2.0, 1.0)

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 3.2.
    """
    x, y = line_fits.samples(x, y)
    line_fits.distinct(x)
    x_mean, y_mean = x.mean(), y.mean()
    scale = np.abs(x - x_mean).max()  # squares of very large or small numbers would not fit
    z = (x - x_mean) / scale
    with np.errstate(over="ignore"):
        slope = np.sum(z * (y - y_mean)) / np.sum(z**2) / scale
    return line_fits.finite(slope, y_mean - slope * x_mean)


def solve_linear_regression(x: Any, y: Any, l2: float = 0.0) -> list[np.ndarray]:
    """`(XᵀX/n + λI)·W = XᵀY/n` for centred `X` and `Y`; `b = mean(Y) - mean(X)·W`.

    The weights with the smallest `mean((x·W + b - y)²) + λ·sum(W²)`: what gradient descent on
    `build_linear_regression(l2=λ)` converges to.

    Args:
        x: Inputs `(n, d)`.
        y: Targets `(n, 1)`.
        l2: `λ`, 0 or more; above 0 the solution is unique, otherwise it is the shortest for scaled
            features.

    Returns:
        `[W, b]`, float64 `(d, 1)` and `(1,)`, as the model's `set_weights` takes them.

    Raises:
        ValueError: for shapes that do not fit, or a negative penalty.

    Example:
        >>> W, b = solve_linear_regression([[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]])
        >>> W.round(6), b.round(6)
        (array([[2.]]), array([1.]))

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 3.4.
    """
    x, y = checks.columns(x, y)
    checks.number_of_0_or_more("l2", l2)
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)  # (d,) and (1,)
    scale = checks.spread(x - x_mean)  # (d,): features of any size count alike below
    z, y = (x - x_mean) / scale, y - y_mean
    # One more row for each weight says "be 0", weighted by λ.
    left = np.vstack([z / np.sqrt(len(z)), np.diag(np.sqrt(l2) / scale)])  # (n + d, d)
    right = np.vstack([y / np.sqrt(len(z)), np.zeros((z.shape[1], 1))])  # (n + d, 1)
    W = np.linalg.lstsq(left, right, rcond=None)[0] / scale[:, None]  # (d, 1)
    return [W, y_mean - x_mean @ W]


def mse_gradient(x: Any, y: Any, slope: Any, intercept: Any) -> tuple[Any, Any]:
    """`2·mean(e·x)` and `2·mean(e)` with the error `e = slope·x + intercept - y`, by hand.

    Args:
        x: Array `(B,)`.
        y: Array `(B,)`.
        slope: A number.
        intercept: A number.

    Returns:
        The derivatives of the mean squared error by the line's slope and intercept.

    Raises:
        ValueError: when `x` and `y` differ in length, or are empty.

    Example:
        >>> gradient = mse_gradient(np.array([58.0]), np.array([153.0]), 0.0, 139.0)
        >>> [float(part) for part in gradient]
        [-1624.0, -28.0]
    """
    x, y = checks.real_arrays(x=x, y=y)
    checks.fitting_shapes("as many x as y, (B,) each", x.shape == y.shape, x, y)
    checks.some_samples(x)
    checks.number("slope", slope)
    checks.number("intercept", intercept)
    errors = slope * x + intercept - y  # (B,)
    return 2 * np.mean(errors * x), 2 * np.mean(errors)
