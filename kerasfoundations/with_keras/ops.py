"""Tensor operations in one call: Keras's own, vectorized and compiled.

Only checks are added to Keras, so that shapes that do not fit give the same error as in the wing
from scratch; the backend's own would name its kernels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

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


def relu(x: Any) -> Any:
    """Replace negative elements by 0: `keras.ops.relu`.

    Example:
        >>> keras.ops.convert_to_numpy(relu([-1.5, 2.0])).tolist()
        [0.0, 2.0]
    """
    return _or_of_bools(keras.ops.relu, _tensor("x", x, real=True))


def transpose(x: Any) -> Any:
    """Reverse the axes: `keras.ops.transpose`.

    Example:
        >>> keras.ops.convert_to_numpy(transpose([[1, 2, 3]])).tolist()
        [[1], [2], [3]]
    """
    return keras.ops.transpose(_tensor("x", x))


def reshape(x: Any, shape: Sequence[int]) -> Any:
    """Give the elements another shape, in row-major order: `keras.ops.reshape`.

    Example:
        >>> keras.ops.convert_to_numpy(reshape([[1, 2, 3], [4, 5, 6]], (3, -1))).tolist()
        [[1, 2], [3, 4], [5, 6]]
    """
    x = _tensor("x", x)
    return keras.ops.reshape(x, checks.new_shape(tuple(x.shape), shape))


def broadcast_to(x: Any, shape: Sequence[int]) -> Any:
    """Repeat a tensor along axes of length 1 and new ones in front: `keras.ops.broadcast_to`.

    Example:
        >>> keras.ops.convert_to_numpy(broadcast_to([1, 2], (3, 2))).tolist()
        [[1, 2], [1, 2], [1, 2]]
    """
    x, shape = _tensor("x", x), checks.lengths(shape)
    checks.broadcastable_to(tuple(x.shape), shape)
    return keras.ops.broadcast_to(x, shape)


def add(x: Any, y: Any) -> Any:
    """Add, with broadcasting: `keras.ops.add`, on flattened tensors.

    They are flattened because `keras.ops.add` 3.15 on TensorFlow takes a column for a bias
    and adds it along the wrong axis: for the example below it gives `[[0, 1], [0, 1]]`.

    Example:
        >>> keras.ops.convert_to_numpy(add([[0, 0], [0, 0]], [[0], [1]])).tolist()
        [[0, 0], [1, 1]]
    """
    x, y = _operands(x, y)
    if not (hasattr(x, "shape") and hasattr(y, "shape")):
        return _elementwise(keras.ops.add, x, y)  # a number has no axis to mistake
    shape = broadcast_shapes(x.shape, y.shape)
    x, y = (keras.ops.ravel(keras.ops.broadcast_to(tensor, shape)) for tensor in (x, y))
    return keras.ops.reshape(_elementwise(keras.ops.add, x, y), shape)


def subtract(x: Any, y: Any) -> Any:
    """Subtract, with broadcasting: `keras.ops.subtract`.

    Example:
        >>> keras.ops.convert_to_numpy(subtract([3, 4], 1)).tolist()
        [2, 3]
    """
    x, y = _operands(x, y)
    checks.not_both_bools(x, y)
    return _elementwise(keras.ops.subtract, x, y)


def multiply(x: Any, y: Any) -> Any:
    """Multiply element by element, with broadcasting: `keras.ops.multiply`.

    Example:
        >>> keras.ops.convert_to_numpy(multiply([[1], [2]], [3, 4])).tolist()
        [[3, 4], [6, 8]]
    """
    return _elementwise(keras.ops.multiply, *_operands(x, y))


def divide(x: Any, y: Any) -> Any:
    """Divide element by element, with broadcasting: `keras.ops.divide`.

    Example:
        >>> keras.ops.convert_to_numpy(divide([1.0, 2.0], 4.0)).tolist()
        [0.25, 0.5]
    """
    return keras.ops.divide(*_operands(x, y))


def maximum(x: Any, y: Any) -> Any:
    """Take the larger element of each pair, with broadcasting: `keras.ops.maximum`.

    Example:
        >>> maximum(keras.ops.zeros((64, 3, 32, 10)), keras.ops.ones((32, 10))).shape
        TensorShape([64, 3, 32, 10])
    """
    return _elementwise(keras.ops.maximum, *_operands(x, y, real=True))


def minimum(x: Any, y: Any) -> Any:
    """Take the smaller element of each pair, with broadcasting: `keras.ops.minimum`.

    Example:
        >>> keras.ops.convert_to_numpy(minimum([1, 5], [3, 2])).tolist()
        [1, 2]
    """
    return _elementwise(keras.ops.minimum, *_operands(x, y, real=True))


def dot(x: Any, y: Any) -> Any:
    """Sum over the last axis of `x` and the first of `y`: `keras.ops.dot`.

    Example:
        >>> dot(keras.ops.ones((2, 3, 4, 5)), keras.ops.ones((5, 6))).shape
        TensorShape([2, 3, 4, 6])
    """
    x, y = _tensor("x", x), _tensor("y", y)
    fits = len(x.shape) > 0 and len(y.shape) in (1, 2) and x.shape[-1] == y.shape[0]
    checks.fitting_shapes("arrays (..., d) and (d,) or (d, e)", fits, x, y)
    return keras.ops.dot(x, y)


def vector_dot(x: Any, y: Any) -> Any:
    """Multiply two vectors: `keras.ops.dot`.

    Returns:
        A scalar tensor.

    Example:
        >>> int(vector_dot([1, 2, 3], [4, 5, 6]))
        32
    """
    return _dot_of("two vectors (n,)", 1, 1, x, y)


def matrix_vector_dot(x: Any, y: Any) -> Any:
    """Multiply a matrix by a vector: `keras.ops.dot`.

    Example:
        >>> keras.ops.convert_to_numpy(matrix_vector_dot([[1, 0], [2, 3]], [10, 20])).tolist()
        [10, 80]
    """
    return _dot_of("a matrix (m, n) and a vector (n,)", 2, 1, x, y)


def matrix_dot(x: Any, y: Any) -> Any:
    """Multiply two matrices: `keras.ops.dot`.

    Example:
        >>> keras.ops.convert_to_numpy(matrix_dot([[1, 2]], [[3, 0], [0, 4]])).tolist()
        [[3, 8]]
    """
    return _dot_of("two matrices (m, n) and (n, p)", 2, 2, x, y)


def add_matrix_and_vector(x: Any, y: Any) -> Any:
    """Add a vector to every row of a matrix: `add`, which broadcasts it.

    Example:
        >>> keras.ops.convert_to_numpy(add_matrix_and_vector([[1, 2], [3, 4]], [10, 20])).tolist()
        [[11, 22], [13, 24]]
    """
    x, y = _tensor("x", x), _tensor("y", y)
    fits = len(x.shape) == 2 and len(y.shape) == 1 and x.shape[1] == y.shape[0]
    checks.fitting_shapes("a matrix (r, c) and a vector (c,)", fits, x, y)
    return add(x, y)


def broadcast_shapes(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    """Infer the broadcast shape: `keras.ops.maximum` of two `keras.KerasTensor`s.

    Example:
        >>> broadcast_shapes((64, 3, 32, 10), (32, 10))
        (64, 3, 32, 10)
    """
    first, second = checks.lengths(first), checks.lengths(second)
    checks.broadcastable(first, second)
    without_values = keras.KerasTensor(first), keras.KerasTensor(second)
    return keras.ops.maximum(*without_values).shape


def conv2d(
    images: Any, kernels: Any, strides: int | Sequence[int] = 1, padding: str = "valid"
) -> Any:
    """Slide each kernel over each image: `keras.ops.conv` with the channels last.

    Example:
        >>> conv2d(keras.ops.ones((1, 3, 3, 1)), keras.ops.ones((2, 2, 1, 5))).shape
        TensorShape([1, 2, 2, 5])
    """
    images, kernels = _tensor("images", images, real=True), _tensor("kernels", kernels, real=True)
    fits = len(images.shape) == len(kernels.shape) == 4 and images.shape[3] == kernels.shape[2]
    expected = "images (B, h, w, channels) and kernels (i, j, channels, f)"
    checks.fitting_shapes(expected, fits, images, kernels)
    strides = checks.two("strides", strides)
    for length, extent, step in zip(images.shape[1:3], kernels.shape[:2], strides, strict=True):
        checks.windows(length, extent, step, padding)
    kinds = [keras.backend.standardize_dtype(part.dtype) for part in (images, kernels)]
    if kinds[0] != kinds[1] or not keras.backend.is_float_dtype(kinds[0]):
        dtype = keras.backend.result_type(*kinds, float)
        images, kernels = keras.ops.cast(images, dtype), keras.ops.cast(kernels, dtype)
    return keras.ops.conv(images, kernels, strides, padding, data_format="channels_last")


def _operands(x: Any, y: Any, real: bool = False) -> tuple[Any, Any]:
    """Return two broadcastable tensors; Python numbers stay, to adapt to the other dtype."""
    tensors = _tensor("x", x, real), _tensor("y", y, real)
    checks.broadcastable(*(tuple(tensor.shape) for tensor in tensors))
    left, right = (
        given if type(given) in (int, float) else tensor
        for given, tensor in zip((x, y), tensors, strict=True)
    )
    return left, right


def _elementwise(operation: Callable[[Any, Any], Any], x: Any, y: Any) -> Any:
    """Apply an operation; a Python integer must fit the other operand's dtype."""
    for name, value, other in (("x", x, y), ("y", y, x)):
        if type(value) is int and "int" in (dtype := _dtype(other)):
            checks.integer_beside(name, value, dtype)
    return _or_of_bools(operation, x, y)


def _or_of_bools(operation: Callable[..., Any], *operands: Any) -> Any:
    """Apply an operation, to bools as 0 and 1: TensorFlow has none for them, NumPy has."""
    if any(_dtype(operand) != "bool" for operand in operands):
        return operation(*operands)
    return keras.ops.cast(operation(*(keras.ops.cast(x, "int8") for x in operands)), "bool")


def _dtype(x: Any) -> str:
    return keras.backend.standardize_dtype(getattr(x, "dtype", type(x)))


def _dot_of(expected: str, x_rank: int, y_rank: int, x: Any, y: Any) -> Any:
    x, y = _tensor("x", x), _tensor("y", y)
    fits = (len(x.shape), len(y.shape)) == (x_rank, y_rank) and x.shape[-1] == y.shape[0]
    checks.fitting_shapes(expected, fits, x, y)
    return keras.ops.dot(x, y)


def _tensor(name: str, x: Any, real: bool = False) -> Any:
    return checks.tensor(name, x, keras.ops.convert_to_tensor, real)


complete_docstrings(__name__, Array="Tensor", array="tensor")
