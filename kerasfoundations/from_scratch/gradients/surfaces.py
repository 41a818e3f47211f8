"""Surfaces on which a descent can fail: each adds over the coordinates of a point."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses import as_floats


def saddle(x: Any) -> tf.Tensor:
    """`x₁² - x₂²`: at (0, 0) the slope is zero, but the surface falls to both sides.

    Args:
        x: Points `(..., 2)`.

    Returns:
        The height at each point, `(...)`.

    Raises:
        ValueError: for points of other lengths.

    Example:
        >>> saddle([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]).numpy()
        array([ 1.,  0., -1.], dtype=float32)
    """
    x = as_floats(x)  # (..., 2)
    checks.coordinates(tuple(x.shape), 2)
    return tf.square(x[..., 0]) - tf.square(x[..., 1])  # (...)


def styblinski_tang(x: Any) -> tf.Tensor:
    """`½ · sum(x⁴ - 16·x² + 5·x)` over the last axis: `2ᵈ` minima of several depths.

    Each coordinate has a deep minimum at -2.9035, a shallow one at 2.7468, and a maximum between
    them at 0.1567. In two dimensions the deepest minimum is -78.33; two are 14.14 higher, and one
    is twice as much higher.

    Args:
        x: Points `(..., d)`.

    Returns:
        The height at each point, `(...)`.

    Raises:
        ValueError: for a number instead of a point.

    Example:
        >>> styblinski_tang([[0.0, 0.0], [-2.9035, -2.9035]]).numpy().round(2)
        array([  0.  , -78.33], dtype=float32)

    Source: Styblinski and Tang, Experiments in nonconvex optimization, Neural Networks 1990.
    """
    x = as_floats(x)  # (..., d)
    checks.coordinates(tuple(x.shape))
    return tf.reduce_sum(x**4 - 16 * x**2 + 5 * x, axis=-1) / 2  # (...)
