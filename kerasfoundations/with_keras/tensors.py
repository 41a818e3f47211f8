"""What a tensor is, according to Keras."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import keras

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = ["batch", "flat_index", "rank", "shape", "slice", "strides"]


def shape(x: Any) -> tuple[int, ...]:
    """Return the length of each axis.

    Args:
        x: A number, nested lists of numbers, an array or a tensor.

    Example:
        >>> shape([[1, 2, 3], [4, 5, 6]])
        (2, 3)
    """
    checks.rectangular(x)
    return tuple(checks.tensor("x", x, keras.ops.convert_to_tensor).shape)


def rank(x: Any) -> int:
    """Count the axes of the tensor that `keras.ops.convert_to_tensor` makes.

    Args:
        x: A number, nested lists of numbers, an array or a tensor.

    Example:
        >>> [rank(x) for x in (12, [12, 3], [[5, 78], [6, 79]])]
        [0, 1, 2]
    """
    return len(shape(x))


def strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Count the elements between neighbours on each axis: `keras.ops.cumprod` from the last one.

    Example:
        >>> strides((60000, 28, 28))
        (784, 28, 1)
    """
    shape = checks.lengths(shape)
    lengths = keras.ops.array([*shape[1:], 1] if len(shape) else [], dtype="int64")
    places = keras.ops.flip(keras.ops.cumprod(keras.ops.flip(lengths)))
    return tuple(keras.ops.convert_to_numpy(places).tolist())


def flat_index(index: Sequence[int], shape: Sequence[int]) -> int:
    """Return an element's place in row-major order: the dot product of index and strides.

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
    """Slice a tensor: `x[a:b, c:d, …]`.

    Returns:
        A tensor of the same rank.

    Example:
        >>> slice(keras.ops.zeros((5, 28, 28)), builtins.slice(None), builtins.slice(7, -7)).shape
        TensorShape([5, 14, 28])
    """
    x = checks.tensor("x", x, keras.ops.convert_to_tensor)
    checks.slices(slices, tuple(x.shape))
    return x[slices]


def batch(x: Any, number: int, batch_size: int = 128) -> Any:
    """Slice out batch `number`, then `keras.ops.convert_to_tensor`; the last may be smaller.

    Returns:
        A tensor of at most `B` samples.

    Example:
        >>> batch(keras.ops.zeros((300, 2)), 2).shape
        TensorShape([44, 2])
    """
    checks.positive_integer("batch_size", batch_size)
    checks.batch_number(x, number, batch_size)
    return keras.ops.convert_to_tensor(x[number * batch_size : (number + 1) * batch_size])


complete_docstrings(__name__)
