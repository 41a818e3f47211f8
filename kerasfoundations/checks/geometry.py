"""Checks of points, matrices and weights, for calculations in float64."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasfoundations.checks.arrays import array, finite, real_array
from kerasfoundations.checks.samples import inputs, pair, same_length


def vector(name: str, value: Any, length: int) -> np.ndarray:
    """Return `value` as a float64 array `(length,)`: one number per axis."""
    found = real_array(name, value).astype("float64")
    if found.shape != (length,):
        raise ValueError(f"{name} must have shape ({length},), received {found.shape}.")
    if not np.isfinite(found).all():
        raise ValueError(f"{name} must be finite numbers, received {found}.")
    return found


def points(value: Any, dimensions: int | None = None) -> np.ndarray:
    """Return `value` as float64 points `(n, d)`, where `d` must equal `dimensions` if given."""
    found = real_array("points", value).astype("float64")
    if found.ndim != 2 or dimensions not in (None, found.shape[1]) or found.shape[1] == 0:
        raise ValueError(
            f"points must have shape (n, {dimensions or 'd'}), received {found.shape}: a single "
            "point is point[None]."
        )
    finite("points", found)
    return found


def point(value: Any) -> np.ndarray:
    """Return `value` as a float64 array `(d,)` of finite numbers."""
    try:
        found = real_array("point", value).astype("float64")
    except ValueError:
        found = np.zeros(())
    if found.ndim != 1 or not np.isfinite(found).all():
        raise ValueError(f"a point must be finite numbers of shape (d,), received {value!r}.")
    return found


def coordinates(shape: Sequence[int], dimensions: int | None = None) -> None:
    """Check that points `(..., d)` have coordinates, `dimensions` of them if given."""
    if len(shape) == 0 or dimensions not in (None, shape[-1]) or shape[-1] == 0:
        raise ValueError(
            f"x must be points of shape (..., {dimensions or 'd'}), received shape {tuple(shape)}: "
            "the last axis holds the coordinates."
        )


def matrix(value: Any, dimensions: int) -> np.ndarray:
    """Return `value` as a float64 matrix `(e, d)`, where `d` must equal `dimensions`."""
    found = real_array("matrix", value).astype("float64")
    if found.ndim != 2 or found.shape[1] != dimensions or found.size == 0:
        raise ValueError(f"matrix must have shape (e, {dimensions}), received {found.shape}.")
    finite("matrix", found)
    return found


def factors(value: Any, dimensions: int) -> np.ndarray:
    """Return `value`, one number or `(d,)`, as float64 factors `(d,)`, one per axis."""
    found = real_array("factors", value).astype("float64")
    return vector("factors", np.full(dimensions, found) if found.ndim == 0 else found, dimensions)


def affine_map(name: str, value: Any, dimensions: int | None = None) -> Any:
    """Return `value` as the matrix `(e, d)` and the offset `(e,)` of an affine map."""
    first, second = pair(name, value, "(matrix, offset)")
    if dimensions is None:
        dimensions = (np.shape(array("matrix", first)) or (0,))[-1]
    found = matrix(first, dimensions)
    return found, vector("offset", second, len(found))


def dense_weights(value: Any) -> list[np.ndarray]:
    """Return `value` as the weights `[W1, b1, W2, b2, …]` of consecutive dense layers."""
    if not isinstance(value, tuple | list):
        raise ValueError(
            f"weights must be a sequence of arrays [W1, b1, …], received {type(value).__name__}: "
            "pass model.get_weights()."
        )
    arrays = [real_array("weights", weight) for weight in value]
    shapes = [found.shape for found in arrays]
    kernels, biases = shapes[0::2], shapes[1::2]
    pairs = zip(kernels, biases, strict=False)
    fits = all(len(w) == 2 and w[1:] == b and 0 not in w for w, b in pairs)
    if not shapes or len(shapes) % 2 or not fits:
        raise ValueError(
            f"weights must be pairs of W (inputs, units) and b (units,), received shapes {shapes}."
        )
    if any(before[1] != after[0] for before, after in itertools.pairwise(kernels)):
        raise ValueError(
            f"each layer must take the previous layer's outputs, received shapes {shapes}: pass "
            "the weights of one model, first layer first."
        )
    for found in arrays:
        finite("weights", found)
    return arrays


def dense_network(weights: Any, x: Any) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
    """Return the kernels, biases and inputs of dense layers as arrays of one floating dtype."""
    arrays = dense_weights(weights)
    dtype = np.result_type(*arrays, np.float32)
    arrays = [array.astype(dtype) for array in arrays]
    kernels, biases = arrays[0::2], arrays[1::2]
    return kernels, biases, inputs(x, kernels[0].shape[:1], dtype.name)


def columns(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs `(n, d)` and targets `(n, 1)` as float64 arrays."""
    x, y = real_array("inputs", x).astype("float64"), real_array("targets", y).astype("float64")
    if x.ndim != 2 or y.ndim != 2 or y.shape[1] != 1:
        raise ValueError(
            f"expected inputs (n, d) and targets (n, 1), received shapes {x.shape} and {y.shape}: "
            "a column is y[:, None]."
        )
    same_length(x, y)
    finite("inputs", x)
    finite("targets", y)
    return x, y
