"""Checks of what a backward pass by hand takes: inputs, weights, and upstream gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerasfoundations.checks.arrays import real_array
from kerasfoundations.checks.geometry import vector
from kerasfoundations.checks.scalars import positive_number
from kerasfoundations.checks.shapes import fitting_shapes


def real_arrays(**named: Any) -> list[np.ndarray]:
    """Return the arguments as arrays of real numbers."""
    return [real_array(name, value) for name, value in named.items()]


def images_and_kernel(images: Any, kernel: Any) -> None:
    """Check that images and a kernel have as many channels."""
    fits = len(images.shape) == len(kernel.shape) == 4 and images.shape[3] == kernel.shape[2]
    expected = "images (B, height, width, channels) and a kernel (rows, columns, channels, filters)"
    fitting_shapes(expected, fits, images, kernel)


def normalization_slopes(
    x: Any, gamma: Any, upstream: Any, epsilon: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Return inputs, a factor for each entry of their last axis, and gradients of their shape."""
    x, gamma, upstream = real_arrays(x=x, gamma=gamma, upstream=upstream)
    fits = x.shape == upstream.shape and x.ndim > 0
    fitting_shapes("upstream gradients of the shape of the inputs", fits, x, upstream)
    vector("gamma", gamma, x.shape[-1])
    return x, gamma, upstream, positive_number("epsilon", epsilon)


def recurrent_slopes(x: Any, W: Any, U: Any, b: Any, upstream: Any) -> list[np.ndarray]:
    """Return inputs, the weights of a recurrent layer, and gradients of its outputs."""
    x, W, U, b, upstream = arrays = real_arrays(x=x, W=W, U=U, b=b, upstream=upstream)
    fits = x.ndim == 3 and W.ndim == 2 and W.shape[0] == x.shape[2]
    fitting_shapes("inputs (B, T, d) and a kernel (d, units)", fits, x, W)
    units = W.shape[1]
    fitting_shapes("a square U (units, units)", U.shape == (units, units), U, W)
    vector("b", b, units)
    fits = upstream.shape == (*x.shape[:2], units)
    fitting_shapes("upstream gradients (B, T, units)", fits, upstream, x)
    return arrays
