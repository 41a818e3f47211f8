"""Convolution of an image with a kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.from_scratch.ops.broadcasting import Shape
from kerasfoundations.from_scratch.ops.products import naive_vector_dot


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
            stride 1 the size stays the same (an odd one goes below and to the right).

    Returns:
        Array `(B, rows, columns, filters)`.

    Raises:
        ValueError: when the shapes do not fit (it names both), or for an invalid stride or padding.

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


def _padded(images: np.ndarray, kernel: Shape, steps: tuple[int, int]) -> np.ndarray:
    """Put zeros around the images, so that each stride begins inside the image."""
    before_and_after = []
    for size, length, step in zip(images.shape[1:3], kernel, steps, strict=True):
        num_outputs = -(-size // step)
        total = max(0, (num_outputs - 1) * step + length - size)
        before_and_after.append((total // 2, total - total // 2))
    return np.pad(images, [(0, 0), *before_and_after, (0, 0)])
