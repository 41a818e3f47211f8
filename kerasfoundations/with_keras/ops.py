"""Tensor operations in one call: Keras's own, vectorised and compiled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras.ops import (
    broadcast_to,
    divide,
    dot,
    maximum,
    minimum,
    multiply,
    relu,
    reshape,
    subtract,
    transpose,
)

__all__ = [
    "add",
    "add_matrix_and_vector",
    "broadcast_shapes",
    "broadcast_to",
    "conv2d",
    "divide",
    "dot",
    "matrix_dot",
    "matrix_vector_dot",
    "maximum",
    "minimum",
    "multiply",
    "relu",
    "reshape",
    "subtract",
    "transpose",
    "vector_dot",
]


def add(x: Any, y: Any) -> Any:
    """`x + y`, element by element; shapes that are compatible are broadcast.

    Written with the operator, because `keras.ops.add` 3.15 on TensorFlow takes a column for a bias
    and adds it along the wrong axis: for the example below it gives `[[0, 1], [0, 1]]`.

    Args:
        x: Tensor of any shape.
        y: Tensor of a compatible shape.

    Returns:
        Tensor of the broadcast shape.

    Example:
        >>> keras.ops.convert_to_numpy(add([[0, 0], [0, 0]], [[0], [1]])).tolist()
        [[0, 0], [1, 1]]
    """
    x, y = keras.ops.convert_to_tensor(x), keras.ops.convert_to_tensor(y)
    dtype = keras.backend.result_type(x.dtype, y.dtype)
    return keras.ops.cast(x, dtype) + keras.ops.cast(y, dtype)


add_matrix_and_vector = add
vector_dot = matrix_vector_dot = matrix_dot = dot


def broadcast_shapes(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    """The shape that two compatible shapes are broadcast to, as Keras infers it.

    Args:
        first: Lengths of the axes of one tensor.
        second: The same of the other.

    Raises:
        ValueError: when two lengths differ and neither is 1.

    Example:
        >>> broadcast_shapes((64, 3, 32, 10), (32, 10))
        (64, 3, 32, 10)
    """
    return maximum(keras.KerasTensor(tuple(first)), keras.KerasTensor(tuple(second))).shape


def conv2d(
    images: Any, kernels: Any, strides: int | Sequence[int] = 1, padding: str = "valid"
) -> Any:
    """Each kernel slides over each image: `keras.ops.conv` with the channels last.

    Args:
        images: Tensor `(B, height, width, channels)`.
        kernels: Tensor `(kernel height, kernel width, channels, filters)`.
        strides: Step of the kernel, one number or `(down, right)`.
        padding: `"valid"` or `"same"`.

    Returns:
        Tensor `(B, rows, columns, filters)`.

    Example:
        >>> conv2d(keras.ops.ones((1, 3, 3, 1)), keras.ops.ones((2, 2, 1, 5))).shape
        TensorShape([1, 2, 2, 5])
    """
    return keras.ops.conv(images, kernels, strides, padding, data_format="channels_last")
