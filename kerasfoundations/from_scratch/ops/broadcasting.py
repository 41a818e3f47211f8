"""Broadcasting: add axes, then repeat along them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasfoundations import checks

Shape = tuple[int, ...]


def naive_broadcast_shapes(first: Sequence[int], second: Sequence[int]) -> Shape:
    """Return the shape that two compatible shapes are broadcast to.

    The shorter one gets axes of length 1 in front; then, axis by axis, the lengths are equal, or
    one of them is 1 and is stretched to the other.

    Args:
        first: Lengths of the axes of one array.
        second: The same for the other.

    Returns:
        A tuple of lengths.

    Raises:
        ValueError: when two lengths differ and neither is 1; it names both shapes.

    Example:
        >>> naive_broadcast_shapes((64, 3, 32, 10), (32, 10))
        (64, 3, 32, 10)
        >>> naive_broadcast_shapes((5, 1), (1, 7))
        (5, 7)
    """
    first, second = checks.lengths(first), checks.lengths(second)
    rank = max(len(first), len(second))
    a = (1,) * (rank - len(first)) + tuple(first)
    b = (1,) * (rank - len(second)) + tuple(second)
    if any(m != n and 1 not in (m, n) for m, n in zip(a, b, strict=True)):
        raise checks.not_broadcastable(first, second)
    return tuple(n if m == 1 else m for m, n in zip(a, b, strict=True))


def naive_broadcast_to(x: Any, shape: Sequence[int]) -> np.ndarray:
    """Repeat an array along its axes of length 1, and along new axes in front.

    The two steps of broadcasting: add axes, then repeat. Each element of the result is looked up
    with index 0 along every repeated axis.

    Args:
        x: Array.
        shape: The shape to reach.

    Returns:
        Array of that shape, same dtype.

    Raises:
        ValueError: when the array cannot be repeated to that shape; it names both.

    Example:
        >>> naive_broadcast_to([1, 2], (3, 2))
        array([[1, 2],
               [1, 2],
               [1, 2]])
    """
    x, shape = checks.array("x", x), checks.lengths(shape)
    checks.broadcastable_to(x.shape, shape)
    result = np.empty(shape, x.dtype)
    for index in np.ndindex(shape):
        result[index] = x[source_index(index, x.shape)]
    return result


def source_index(index: Shape, shape: Shape) -> Shape:
    """Return the index that an element is broadcast from: 0 along each axis of length 1."""
    own = index[len(index) - len(shape) :]
    return tuple(0 if length == 1 else i for i, length in zip(own, shape, strict=True))
