"""Element by element: relu, sums, products, maxima."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.from_scratch.ops.broadcasting import naive_broadcast_shapes, source_index


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
    """`x + y`, element by element; compatible shapes are broadcast.

    Args:
        x: Array of any shape.
        y: Array of a compatible shape.

    Returns:
        Array of the broadcast shape.

    Raises:
        ValueError: when the shapes are not compatible; it names both.
        OverflowError: for a Python integer that the other's dtype cannot hold.

    Example:
        >>> naive_add([[1, 2], [3, 4]], [10, 20])
        array([[11, 22],
               [13, 24]])
    """
    return _elementwise(lambda a, b: a + b, np.add, x, y)


def naive_subtract(x: Any, y: Any) -> np.ndarray:
    """`x - y`, element by element; compatible shapes are broadcast.

    Args:
        x: Array of any shape.
        y: Array of a compatible shape.

    Returns:
        Array of the broadcast shape.

    Raises:
        ValueError: when the shapes are not compatible; it names both.
        OverflowError: for a Python integer that the other's dtype cannot hold.

    Example:
        >>> naive_subtract([1.0, 2.0], 0.5)
        array([0.5, 1.5])
    """
    checks.has_numbers("x", x)
    checks.has_numbers("y", y)
    checks.not_both_bools(x, y)
    return _elementwise(lambda a, b: a - b, np.subtract, x, y)


def naive_multiply(x: Any, y: Any) -> np.ndarray:
    """`x · y`, element by element; compatible shapes are broadcast.

    Args:
        x: Array of any shape.
        y: Array of a compatible shape.

    Returns:
        Array of the broadcast shape.

    Raises:
        ValueError: when the shapes are not compatible; it names both.
        OverflowError: for a Python integer that the other's dtype cannot hold.

    Example:
        >>> naive_multiply([[1], [2]], [3, 4])
        array([[3, 4],
               [6, 8]])
    """
    return _elementwise(lambda a, b: a * b, np.multiply, x, y)


def naive_divide(x: Any, y: Any) -> np.ndarray:
    """`x / y`, element by element; compatible shapes are broadcast.

    Args:
        x: Array of any shape.
        y: Array of a compatible shape. Division by 0 gives what NumPy gives: inf or NaN.

    Returns:
        Array of the broadcast shape, of a floating dtype.

    Raises:
        ValueError: when the shapes are not compatible; it names both.
        OverflowError: for a Python integer that the other's dtype cannot hold.

    Example:
        >>> naive_divide([1, 2], 4)
        array([0.25, 0.5 ])
    """
    return _elementwise(lambda a, b: a / b, np.divide, x, y)


def naive_maximum(x: Any, y: Any) -> np.ndarray:
    """`max(x, y)`, element by element; compatible shapes are broadcast.

    Args:
        x: Array of any shape.
        y: Array of a compatible shape.

    Returns:
        Array of the broadcast shape; NaN where either is NaN.

    Raises:
        ValueError: when the shapes are not compatible; it names both.
        OverflowError: for a Python integer that the other's dtype cannot hold.

    Example:
        >>> naive_maximum(np.zeros((64, 3, 32, 10)), np.ones((32, 10))).shape
        (64, 3, 32, 10)
    """
    # NaN is the one number that differs from itself, and it wins.
    return _elementwise(lambda a, b: a if a != a or (a > b and b == b) else b, np.maximum, x, y)


def naive_minimum(x: Any, y: Any) -> np.ndarray:
    """`min(x, y)`, element by element; compatible shapes are broadcast.

    Args:
        x: Array of any shape.
        y: Array of a compatible shape.

    Returns:
        Array of the broadcast shape; NaN where either is NaN.

    Raises:
        ValueError: when the shapes are not compatible; it names both.
        OverflowError: for a Python integer that the other's dtype cannot hold.

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
        ValueError: when they are not a matrix and a vector that fit; it names both shapes.

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


def _elementwise(
    operation: Callable[[Any, Any], Any], rules: np.ufunc, x: Any, y: Any
) -> np.ndarray:
    """Apply an operation to each pair of elements; `rules` gives the dtypes only."""
    checks.has_numbers("x", x)
    checks.has_numbers("y", y)
    inputs = rules.resolve_dtypes((_dtype(x), _dtype(y), None))
    x, y = _converted("x", x, inputs[0]), _converted("y", y, inputs[1])
    shape = naive_broadcast_shapes(x.shape, y.shape)
    x_at, y_at = _lookup(x, shape), _lookup(y, shape)
    result = np.empty(shape, inputs[2])
    with np.errstate(all="ignore"):  # as for whole arrays: integers wrap around, 0/0 is NaN
        for index in np.ndindex(shape):
            result[index] = operation(x_at(index), y_at(index))
    return result


def _lookup(x: np.ndarray, shape: tuple[int, ...]) -> Callable[[Any], Any]:
    """Return a function from an index in the broadcast shape to the element; nothing is copied."""
    if x.shape == shape:
        return x.__getitem__
    return lambda index: x[source_index(index, x.shape)]


def _dtype(x: Any) -> Any:
    """Return the dtype, or the type of a Python number, which adapts to the other operand's."""
    return type(x) if type(x) in (int, float, complex) else np.asarray(x).dtype


def _converted(name: str, x: Any, dtype: np.dtype) -> np.ndarray:
    """Return an array of that dtype, which a Python int must fit."""
    if type(x) is int:
        return checks.integer_beside(name, x, dtype)
    return np.asarray(x).astype(dtype)
