"""What a tensor is, asked of Keras."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import keras

from kerasfoundations import checks

__all__ = ["batch", "flat_index", "rank", "shape", "slice", "strides"]


def shape(x: Any) -> tuple[int, ...]:
    """The length of each axis.

    Args:
        x: A number, nested lists of numbers, an array or a tensor.

    Returns:
        A tuple, empty for a number.

    Raises:
        ValueError: when lists that stand side by side differ in shape.

    Example:
        >>> shape([[1, 2, 3], [4, 5, 6]])
        (2, 3)
    """
    checks.rectangular(x)
    return tuple(checks.tensor("x", x, keras.ops.convert_to_tensor).shape)


def rank(x: Any) -> int:
    """The number of axes: 0 for a number, 1 for a vector, 2 for a matrix.

    Args:
        x: A number, nested lists of numbers, an array or a tensor.

    Returns:
        The rank.

    Raises:
        ValueError: when lists that stand side by side differ in shape.

    Example:
        >>> [rank(x) for x in (12, [12, 3], [[5, 78], [6, 79]])]
        [0, 1, 2]
    """
    return len(shape(x))


def strides(shape: Sequence[int]) -> tuple[int, ...]:
    """How many elements lie between neighbours along each axis, in row-major order.

    Args:
        shape: Lengths of the axes.

    Returns:
        A tuple, as long as the shape.

    Raises:
        ValueError: when the shape is no sequence of lengths.

    Example:
        >>> strides((60000, 28, 28))
        (784, 28, 1)
    """
    shape = checks.lengths(shape)
    lengths = keras.ops.array([*shape[1:], 1] if len(shape) else [], dtype="int64")
    places = keras.ops.flip(keras.ops.cumprod(keras.ops.flip(lengths)))
    return tuple(keras.ops.convert_to_numpy(places).tolist())


def flat_index(index: Sequence[int], shape: Sequence[int]) -> int:
    """Where an element lies in row-major order: the dot product of index and strides.

    Args:
        index: One whole number per axis; negative ones count from the end.
        shape: Lengths of the axes.

    Returns:
        A number from 0 to the number of elements minus 1.

    Raises:
        IndexError: when the index has another length than the shape, or leaves it.

    Example:
        >>> flat_index((1, 0, 2), (2, 3, 4))
        14
    """
    shape, index = checks.lengths(shape), checks.indices(index)
    checks.index_in_shape(index, shape)
    places = keras.ops.array(index, dtype="int64")
    lengths = keras.ops.array(shape, dtype="int64")
    counted = keras.ops.where(places < 0, places + lengths, places)  # from the start of each axis
    return int(keras.ops.sum(counted * keras.ops.array(strides(shape), dtype="int64")))


def slice(x: Any, *slices: builtins.slice) -> Any:
    """`x[a:b, c:d, …]`.

    Args:
        x: Array or tensor.
        *slices: One `slice` for each of the first axes; the other axes are taken whole. Negative
            ends count from the end of the axis.

    Returns:
        A tensor of the same rank.

    Raises:
        IndexError: for more slices than axes.

    Example:
        >>> slice(keras.ops.zeros((5, 28, 28)), builtins.slice(None), builtins.slice(7, -7)).shape
        TensorShape([5, 14, 28])
    """
    x = checks.tensor("x", x, keras.ops.convert_to_tensor)
    checks.slices(slices, tuple(x.shape))
    return x[slices]


def batch(x: Any, number: int, batch_size: int = 128) -> Any:
    """`x[number·B : (number + 1)·B]`: the n-th batch, counted from 0; the last one may be smaller.

    Args:
        x: Array or tensor, samples first.
        number: Which batch.
        batch_size: `B`.

    Returns:
        A tensor of at most `B` samples.

    Raises:
        IndexError: when there are fewer batches.

    Example:
        >>> batch(keras.ops.zeros((300, 2)), 2).shape
        TensorShape([44, 2])
    """
    checks.positive_integer("batch_size", batch_size)
    checks.batch_number(x, number, batch_size)
    return keras.ops.convert_to_tensor(x[number * batch_size : (number + 1) * batch_size])
