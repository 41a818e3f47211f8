"""Transpose and reshape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasfoundations import checks


def naive_transpose(x: Any) -> np.ndarray:
    """`result[j, i] = x[i, j]`: the axes in reverse order.

    Args:
        x: Array of any rank.

    Returns:
        Array of the reversed shape.

    Raises:
        ValueError: for anything but numbers.

    Example:
        >>> naive_transpose([[1, 2, 3]])
        array([[1],
               [2],
               [3]])
    """
    x = checks.array("x", x)
    result = np.empty(x.shape[::-1], x.dtype)
    for index in np.ndindex(x.shape):
        result[index[::-1]] = x[index]
    return result


def naive_reshape(x: Any, shape: Sequence[int]) -> np.ndarray:
    """Return the same elements, in the same row-major order, in another shape.

    Args:
        x: Array.
        shape: The new shape; one length may be -1 and is then inferred from the others.

    Returns:
        Array of the new shape.

    Raises:
        ValueError: when the number of elements does not fit; it names both shapes.

    Example:
        >>> naive_reshape([[1, 2, 3], [4, 5, 6]], (3, 2))
        array([[1, 2],
               [3, 4],
               [5, 6]])
    """
    x = checks.array("x", x)
    new_shape = checks.new_shape(x.shape, shape)
    result = np.empty(new_shape, x.dtype)
    for source, target in zip(np.ndindex(x.shape), np.ndindex(new_shape), strict=True):
        result[target] = x[source]
    return result
