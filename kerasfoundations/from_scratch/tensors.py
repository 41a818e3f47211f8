"""What a tensor is: numbers in a row of memory, and a shape that says how to find them.

The functions work it out from nested lists and index arithmetic; they also take arrays.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasfoundations import checks

__all__ = [
    "naive_batch",
    "naive_flat_index",
    "naive_rank",
    "naive_shape",
    "naive_slice",
    "naive_strides",
]

Shape = tuple[int, ...]


def naive_shape(x: Any) -> Shape:
    """Return the length of each axis: of the list, of the lists in it, and so on inwards.

    Args:
        x: A number, nested lists of numbers, or an array.

    Returns:
        A tuple, empty for a number.

    Raises:
        ValueError: when sibling lists differ in shape.

    Example:
        >>> naive_shape([[1, 2, 3], [4, 5, 6]])
        (2, 3)
        >>> naive_shape(7.5)
        ()
    """
    checks.rectangular(x)
    if isinstance(x, np.ndarray):
        return x.shape
    if not isinstance(x, list | tuple):
        return ()
    return (len(x), *(naive_shape(x[0]) if len(x) else ()))


def naive_rank(x: Any) -> int:
    """Return the number of axes: 0 for a number, 1 for a vector, 2 for a matrix.

    Args:
        x: A number, nested lists of numbers, or an array.

    Returns:
        The rank.

    Raises:
        ValueError: when sibling lists differ in shape.

    Example:
        >>> [naive_rank(x) for x in (12, [12, 3], [[5, 78], [6, 79]])]
        [0, 1, 2]
    """
    return len(naive_shape(x))


def naive_strides(shape: Sequence[int]) -> Shape:
    """Return the distance between neighbours along each axis, in elements, in row-major order.

    `stride of axis k = product of the lengths of all later axes`: the last axis changes fastest, so
    a row's elements are neighbours in memory. (NumPy's `strides` count bytes: times the size of an
    element.)

    Args:
        shape: Lengths of the axes.

    Returns:
        A tuple, as long as the shape.

    Raises:
        ValueError: when the shape is not a sequence of lengths.

    Example:
        >>> naive_strides((60000, 28, 28))
        (784, 28, 1)
    """
    shape = checks.lengths(shape)
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def naive_flat_index(index: Sequence[int], shape: Sequence[int]) -> int:
    """`Σ index[k] · stride[k]`: where an element lies in memory, counted from the first.

    Args:
        index: One whole number per axis; negative ones count from the end.
        shape: Lengths of the axes.

    Returns:
        A number from 0 to the number of elements minus 1.

    Raises:
        IndexError: when the index does not have the length of the shape, or is out of range.

    Example:
        >>> naive_flat_index((1, 0, 2), (2, 3, 4))
        14
        >>> naive_flat_index((-1, -1), (2, 3))
        5
    """
    shape, index = checks.lengths(shape), checks.indices(index)
    checks.index_in_shape(index, shape)
    position = 0
    for i, length, stride in zip(index, shape, naive_strides(shape), strict=True):
        position += (i % length) * stride
    return position


def naive_slice(x: np.ndarray, *slices: slice) -> np.ndarray:
    """`x[a:b, c:d, …]` by index arithmetic on the flat memory.

    Args:
        x: Array.
        *slices: One `slice` for each of the first axes; the other axes are taken whole. Negative
            ends count from the end of the axis.

    Returns:
        A new array of the same rank.

    Raises:
        IndexError: for more slices than axes.

    Example:
        >>> digits = np.arange(5 * 28 * 28).reshape(5, 28, 28)
        >>> naive_slice(digits, slice(None), slice(14, None), slice(14, None)).shape  # bottom right
        (5, 14, 14)
        >>> naive_slice(digits, slice(1, 2), slice(7, -7), slice(7, -7)).shape  # the centre
        (1, 14, 14)
    """
    x = checks.array("x", x)
    checks.slices(slices, x.shape)
    memory = x.ravel()  # row-major
    whole = [slice(None)] * (x.ndim - len(slices))
    picked = [range(n)[s] for n, s in zip(x.shape, (*slices, *whole), strict=True)]
    result = np.empty([len(numbers) for numbers in picked], x.dtype)
    for place in np.ndindex(result.shape):
        index = [numbers[i] for numbers, i in zip(picked, place, strict=True)]
        result[place] = memory[naive_flat_index(index, x.shape)]
    return result


def naive_batch(x: np.ndarray, number: int, batch_size: int = 128) -> np.ndarray:
    """`x[number·B : (number + 1)·B]`: the n-th batch, counted from 0; the last one may be smaller.

    Args:
        x: Array, samples first.
        number: Which batch.
        batch_size: `B`.

    Returns:
        Array of at most `B` samples.

    Raises:
        IndexError: when there are fewer batches.

    Example:
        >>> x = np.zeros((60000, 28, 28), "uint8")
        >>> naive_batch(x, 3).shape, naive_batch(x, 468).shape
        ((128, 28, 28), (96, 28, 28))
    """
    checks.positive_integer("batch_size", batch_size)
    checks.batch_number(x, number, batch_size)
    return np.array(x[number * batch_size : (number + 1) * batch_size])
