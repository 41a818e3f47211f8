"""Tensor operations as loops: what the one-line call of a library does, number by number.

Every function takes NumPy arrays (or what NumPy makes an array of), leaves them as they are, and
gives a new array with the dtype that NumPy gives. The loops are slow, by a factor of hundreds:
`kerasfoundations.system.stopwatch.time_both` tells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kerasfoundations import checks

__all__ = [
    "naive_add",
    "naive_add_matrix_and_vector",
    "naive_broadcast_shapes",
    "naive_broadcast_to",
    "naive_conv2d",
    "naive_divide",
    "naive_dot",
    "naive_matrix_dot",
    "naive_matrix_vector_dot",
    "naive_maximum",
    "naive_minimum",
    "naive_multiply",
    "naive_relu",
    "naive_reshape",
    "naive_subtract",
    "naive_transpose",
    "naive_vector_dot",
]

Shape = tuple[int, ...]


def naive_relu(x: Any) -> np.ndarray:
    """`max(x, 0)` for every element.

    Args:
        x: Array of any shape.

    Returns:
        Array of the same shape and dtype.

    Raises:
        ValueError: for anything but numbers.

    Example:
        >>> naive_relu([[-1.5, 0.0], [2.0, -0.5]])
        array([[0., 0.],
               [2., 0.]])

    Source: Chollet, Deep Learning with Python, 2nd edition, section 2.3 (there for matrices).
    """
    x = checks.array("x", x)
    result = np.empty_like(x, order="C", subok=False)
    for index in np.ndindex(x.shape):
        result[index] = x[index] if not x[index] < 0 else 0  # NaN stays NaN
    return result


def naive_add(x: Any, y: Any) -> np.ndarray:
    """`x + y`, element by element; shapes that are compatible are broadcast.

    Args:
        x: Array of any shape.
        y: Array of a compatible shape.

    Returns:
        Array of the broadcast shape.

    Raises:
        ValueError: when the shapes are not compatible; it names both.
        OverflowError: for a Python integer that the other's dtype does not hold.

    Example:
        >>> naive_add([[1, 2], [3, 4]], [10, 20])
        array([[11, 22],
               [13, 24]])
    """
    return _elementwise(lambda a, b: a + b, np.add, x, y)


def naive_subtract(x: Any, y: Any) -> np.ndarray:
    """`x - y`, element by element; shapes that are compatible are broadcast.

    Args:
        x: Array of any shape.
        y: Array of a compatible shape.

    Returns:
        Array of the broadcast shape.

    Raises:
        ValueError: when the shapes are not compatible; it names both.
        OverflowError: for a Python integer that the other's dtype does not hold.

    Example:
        >>> naive_subtract([1.0, 2.0], 0.5)
        array([0.5, 1.5])
    """
    checks.has_numbers("x", x)
    checks.has_numbers("y", y)
    checks.not_both_bools(x, y)
    return _elementwise(lambda a, b: a - b, np.subtract, x, y)


def naive_multiply(x: Any, y: Any) -> np.ndarray:
    """`x · y`, element by element; shapes that are compatible are broadcast.

    Args:
        x: Array of any shape.
        y: Array of a compatible shape.

    Returns:
        Array of the broadcast shape.

    Raises:
        ValueError: when the shapes are not compatible; it names both.
        OverflowError: for a Python integer that the other's dtype does not hold.

    Example:
        >>> naive_multiply([[1], [2]], [3, 4])
        array([[3, 4],
               [6, 8]])
    """
    return _elementwise(lambda a, b: a * b, np.multiply, x, y)


def naive_divide(x: Any, y: Any) -> np.ndarray:
    """`x / y`, element by element; shapes that are compatible are broadcast.

    Args:
        x: Array of any shape.
        y: Array of a compatible shape. Division by 0 gives what NumPy gives: inf or NaN.

    Returns:
        Array of the broadcast shape, of a floating dtype.

    Raises:
        ValueError: when the shapes are not compatible; it names both.
        OverflowError: for a Python integer that the other's dtype does not hold.

    Example:
        >>> naive_divide([1, 2], 4)
        array([0.25, 0.5 ])
    """
    return _elementwise(lambda a, b: a / b, np.divide, x, y)


def naive_maximum(x: Any, y: Any) -> np.ndarray:
    """`max(x, y)`, element by element; shapes that are compatible are broadcast.

    Args:
        x: Array of any shape.
        y: Array of a compatible shape.

    Returns:
        Array of the broadcast shape; NaN where either is NaN.

    Raises:
        ValueError: when the shapes are not compatible; it names both.
        OverflowError: for a Python integer that the other's dtype does not hold.

    Example:
        >>> naive_maximum(np.zeros((64, 3, 32, 10)), np.ones((32, 10))).shape
        (64, 3, 32, 10)
    """
    return _elementwise(lambda a, b: a if a != a or (a > b and b == b) else b, np.maximum, x, y)


def naive_minimum(x: Any, y: Any) -> np.ndarray:
    """`min(x, y)`, element by element; shapes that are compatible are broadcast.

    Args:
        x: Array of any shape.
        y: Array of a compatible shape.

    Returns:
        Array of the broadcast shape; NaN where either is NaN.

    Raises:
        ValueError: when the shapes are not compatible; it names both.
        OverflowError: for a Python integer that the other's dtype does not hold.

    Example:
        >>> naive_minimum([1, 5], [3, 2])
        array([1, 2])
    """
    return _elementwise(lambda a, b: a if a != a or (a < b and b == b) else b, np.minimum, x, y)


def naive_add_matrix_and_vector(x: Any, y: Any) -> np.ndarray:
    """`x[i, j] + y[j]`: the vector is added to every row of the matrix.

    Args:
        x: Array `(rows, columns)`.
        y: Array `(columns,)`.

    Returns:
        Array `(rows, columns)`.

    Raises:
        ValueError: when they are no matrix and vector, or do not fit; it names both shapes.

    Example:
        >>> naive_add_matrix_and_vector([[1, 2], [3, 4]], [10, 20])
        array([[11, 22],
               [13, 24]])

    Source: Chollet, Deep Learning with Python, 2nd edition, section 2.3.
    """
    x, y = checks.array("x", x), checks.array("y", y)
    fits = x.ndim == 2 and y.ndim == 1 and x.shape[1] == y.shape[0]
    checks.fitting_shapes("a matrix (r, c) and a vector (c,)", fits, x, y)
    return naive_add(x, y)


def naive_broadcast_shapes(first: Sequence[int], second: Sequence[int]) -> Shape:
    """The shape that two compatible shapes are broadcast to.

    The shorter one gets axes of length 1 in front; then, axis by axis, the lengths are equal, or
    one of them is 1 and is stretched to the other.

    Args:
        first: Lengths of the axes of one array.
        second: The same of the other.

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
    """Repeats an array along its axes of length 1, and along new axes in front.

    The two steps of broadcasting: add axes, then repeat. Each element of the result is looked up
    where the index, along every repeated axis, is 0.

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
        result[index] = x[_source_index(index, x.shape)]
    return result


def naive_vector_dot(x: Any, y: Any) -> Any:
    """`Σ x[i] · y[i]`.

    Args:
        x: Array `(n,)`.
        y: Array `(n,)`.

    Returns:
        A NumPy scalar.

    Raises:
        ValueError: when they are no two vectors of the same length; it names both shapes.

    Example:
        >>> int(naive_vector_dot([1, 2, 3], [4, 5, 6]))
        32
    """
    x, y = checks.array("x", x), checks.array("y", y)
    fits = x.ndim == y.ndim == 1 and x.shape == y.shape
    checks.fitting_shapes("two vectors (n,)", fits, x, y)
    dtype = np.result_type(x, y)
    # Short floats are summed in float64: 2048 + 1 is 2048 in float16.
    wide = np.result_type(dtype, np.float64) if dtype.kind == "f" else dtype
    x, y = x.astype(wide), y.astype(wide)
    total = wide.type(0)
    with np.errstate(all="ignore"):
        for i in range(x.shape[0]):
            total += x[i] * y[i]
        return dtype.type(total)


def naive_matrix_vector_dot(x: Any, y: Any) -> np.ndarray:
    """`Σ x[i, j] · y[j]`: the dot product of every row with the vector.

    Args:
        x: Array `(m, n)`.
        y: Array `(n,)`.

    Returns:
        Array `(m,)`.

    Raises:
        ValueError: when they are no matrix and vector that fit; it names both shapes.

    Example:
        >>> naive_matrix_vector_dot([[1, 0], [2, 3]], [10, 20])
        array([10, 80])
    """
    x, y = checks.array("x", x), checks.array("y", y)
    fits = x.ndim == 2 and y.ndim == 1 and x.shape[1] == y.shape[0]
    checks.fitting_shapes("a matrix (m, n) and a vector (n,)", fits, x, y)
    return naive_dot(x, y)


def naive_matrix_dot(x: Any, y: Any) -> np.ndarray:
    """`Σ x[i, j] · y[j, k]`: the dot product of every row with every column.

    Args:
        x: Array `(m, n)`.
        y: Array `(n, p)`.

    Returns:
        Array `(m, p)`.

    Raises:
        ValueError: when they are no two matrices that fit; it names both shapes.

    Example:
        >>> naive_matrix_dot([[1, 2]], [[3, 0], [0, 4]])
        array([[3, 8]])
    """
    x, y = checks.array("x", x), checks.array("y", y)
    fits = x.ndim == y.ndim == 2 and x.shape[1] == y.shape[0]
    checks.fitting_shapes("two matrices (m, n) and (n, p)", fits, x, y)
    return naive_dot(x, y)


def naive_dot(x: Any, y: Any) -> np.ndarray:
    """Sums over the last axis of `x` and the first of `y`: `(a, b, c, d) · (d, e) -> (a, b, c, e)`.

    Args:
        x: Array `(..., d)`.
        y: Array `(d,)` or `(d, e)`.

    Returns:
        Array `(...)` or `(..., e)`.

    Raises:
        ValueError: when the two axes differ in length or the ranks do not fit; it names both
            shapes.

    Example:
        >>> naive_dot(np.ones((2, 3, 4, 5)), np.ones(5)).shape
        (2, 3, 4)
        >>> naive_dot(np.ones((2, 3, 4, 5)), np.ones((5, 6))).shape
        (2, 3, 4, 6)

    Source: Chollet, Deep Learning with Python, 2nd edition, section 2.3.
    """
    x, y = checks.array("x", x), checks.array("y", y)
    fits = x.ndim >= 1 and y.ndim in (1, 2) and x.shape[-1] == y.shape[0]
    checks.fitting_shapes("arrays (..., d) and (d,) or (d, e)", fits, x, y)
    result = np.empty(x.shape[:-1] + y.shape[1:], np.result_type(x, y))
    for row in np.ndindex(x.shape[:-1]):
        for column in np.ndindex(y.shape[1:]):
            result[row + column] = naive_vector_dot(x[row], y[(slice(None), *column)])
    return result


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
    """The same elements, in the same row-major order, under another shape.

    Args:
        x: Array.
        shape: The new shape; one length may be -1 and is then found from the others.

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


def naive_conv2d(
    images: Any, kernels: Any, strides: int | Sequence[int] = 1, padding: str = "valid"
) -> np.ndarray:
    """`Σ images[b, r·s + i, c·s + j, k] · kernels[i, j, k, f]`: each kernel slides over each image.

    Args:
        images: Array `(B, height, width, channels)`.
        kernels: Array `(kernel height, kernel width, channels, filters)`. They are not flipped:
            what deep learning calls a convolution is a cross-correlation.
        strides: Step of the kernel, one number or `(down, right)`.
        padding: `"valid"` stays inside the image; `"same"` puts zeros around it, so that with
            stride 1 the size stays (an odd one goes below and to the right).

    Returns:
        Array `(B, rows, columns, filters)`.

    Raises:
        ValueError: when the shapes do not fit (it names both), or for a bad stride or padding.

    Example:
        >>> image = np.arange(9.0).reshape(1, 3, 3, 1)
        >>> naive_conv2d(image, np.ones((2, 2, 1, 1)))[0, :, :, 0]
        array([[ 8., 12.],
               [20., 24.]])
    """
    images, kernels = checks.array("images", images), checks.array("kernels", kernels)
    fits = images.ndim == kernels.ndim == 4 and images.shape[3] == kernels.shape[2]
    expected = "images (B, h, w, channels) and kernels (i, j, channels, f)"
    checks.fitting_shapes(expected, fits, images, kernels)
    steps = checks.two("strides", strides)
    checks.known_name("padding", padding, ("same", "valid"))
    height, width = kernels.shape[:2]
    if padding == "same":
        images = _padded(images, kernels.shape[:2], steps)
    rows, columns = (
        max(0, -(-(size - kernel + 1) // step))
        for size, kernel, step in zip(images.shape[1:3], kernels.shape[:2], steps, strict=True)
    )
    shape = (images.shape[0], rows, columns, kernels.shape[3])
    result = np.empty(shape, np.result_type(images, kernels))
    for b, r, c, f in np.ndindex(shape):
        top, left = r * steps[0], c * steps[1]
        window = images[b, top : top + height, left : left + width, :]  # (i, j, channels)
        result[b, r, c, f] = naive_vector_dot(window.ravel(), kernels[..., f].ravel())
    return result


def _elementwise(
    operation: Callable[[Any, Any], Any], rules: np.ufunc, x: Any, y: Any
) -> np.ndarray:
    """Applies an operation to each pair of elements; `rules` is asked for the dtypes only."""
    checks.has_numbers("x", x)
    checks.has_numbers("y", y)
    inputs = rules.resolve_dtypes((_dtype(x), _dtype(y), None))
    x, y = _converted("x", x, inputs[0]), _converted("y", y, inputs[1])
    shape = naive_broadcast_shapes(x.shape, y.shape)
    result = np.empty(shape, inputs[2])
    with np.errstate(all="ignore"):  # as for whole arrays: integers wrap round, 0/0 is NaN
        for index in np.ndindex(shape):
            pair = x[_source_index(index, x.shape)], y[_source_index(index, y.shape)]
            result[index] = operation(*pair)
    return result


def _dtype(x: Any) -> Any:
    """The dtype, or for Python's own numbers their type: they bend to the other operand's."""
    return type(x) if type(x) in (int, float, complex) else np.asarray(x).dtype


def _converted(name: str, x: Any, dtype: np.dtype) -> np.ndarray:
    """An array of that dtype, which a Python int has to fit."""
    if type(x) is int:
        return checks.integer_beside(name, x, dtype)
    return np.asarray(x).astype(dtype)


def _source_index(index: Shape, shape: Shape) -> Shape:
    """Where an element of the broadcast array comes from: 0 along each axis of length 1."""
    own = index[len(index) - len(shape) :]
    return tuple(0 if length == 1 else i for i, length in zip(own, shape, strict=True))


def _padded(images: np.ndarray, kernel: Shape, steps: tuple[int, int]) -> np.ndarray:
    """Zeros around the images, so that each stride begins inside the image."""
    before_and_after = []
    for size, length, step in zip(images.shape[1:3], kernel, steps, strict=True):
        num_outputs = -(-size // step)
        total = max(0, (num_outputs - 1) * step + length - size)
        before_and_after.append((total // 2, total - total // 2))
    (top, bottom), (left, right) = before_and_after
    b, height, width, channels = images.shape
    padded = np.zeros((b, top + height + bottom, left + width + right, channels), images.dtype)
    padded[:, top : top + height, left : left + width, :] = images
    return padded
