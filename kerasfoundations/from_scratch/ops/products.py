"""Products of vectors, matrices and tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerasfoundations import checks


def naive_vector_dot(x: Any, y: Any) -> Any:
    """`Σ x[i] · y[i]`.

    Args:
        x: Array `(n,)`.
        y: Array `(n,)`.

    Returns:
        A NumPy scalar.

    Raises:
        ValueError: when they are not two vectors of the same length; it names both shapes.

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
        ValueError: when they are not a matrix and a vector that fit; it names both shapes.

    Example:
        >>> naive_matrix_vector_dot([[1, 0], [2, 3]], [10, 20])
        array([10, 80])
    """
    x, y = checks.array("x", x), checks.array("y", y)
    fits = x.ndim == 2 and y.ndim == 1 and x.shape[1] == y.shape[0]
    checks.fitting_shapes("a matrix (m, n) and a vector (n,)", fits, x, y)
    result = np.empty(x.shape[0], np.result_type(x, y))
    for i, row in enumerate(x):
        result[i] = naive_vector_dot(row, y)
    return result


def naive_matrix_dot(x: Any, y: Any) -> np.ndarray:
    """`Σ x[i, j] · y[j, k]`: the dot product of every row with every column.

    Args:
        x: Array `(m, n)`.
        y: Array `(n, p)`.

    Returns:
        Array `(m, p)`.

    Raises:
        ValueError: when they are not two matrices that fit; it names both shapes.

    Example:
        >>> naive_matrix_dot([[1, 2]], [[3, 0], [0, 4]])
        array([[3, 8]])
    """
    x, y = checks.array("x", x), checks.array("y", y)
    fits = x.ndim == y.ndim == 2 and x.shape[1] == y.shape[0]
    checks.fitting_shapes("two matrices (m, n) and (n, p)", fits, x, y)
    result = np.empty((x.shape[0], y.shape[1]), np.result_type(x, y))
    for i, k in np.ndindex(result.shape):
        result[i, k] = naive_vector_dot(x[i], y[:, k])
    return result


def naive_dot(x: Any, y: Any) -> np.ndarray:
    """`z[…, k] = Σ_j x[…, j]·y[j, k]`: over the last axis of `x` and the first of `y`.

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
