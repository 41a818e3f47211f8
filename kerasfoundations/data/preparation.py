"""From the pixels of a file to what a dense network takes."""

from __future__ import annotations

import numpy as np

from kerasfoundations import checks


def flatten_and_scale(images: np.ndarray) -> np.ndarray:
    """`images.reshape(n, -1) / 255`: grey levels 0 … 255 become floats in [0, 1].

    Args:
        images: uint8 array `(n, height, width)`.

    Returns:
        float32 array `(n, height * width)` in [0, 1]; a new array, the images stay as they are.

    Raises:
        ValueError: when the images are not uint8 (scaled already?) or not a stack of images.

    Example:
        >>> x = flatten_and_scale(np.full((2, 28, 28), 51, dtype="uint8"))
        >>> x.shape, x.dtype, float(x[0, 0])
        ((2, 784), dtype('float32'), 0.20000000298023224)
    """
    images = np.asarray(images)
    if images.dtype != np.uint8:
        raise ValueError(
            f"flatten_and_scale takes uint8 grey levels 0 to 255, received {images.dtype}: pass "
            "the images as load_mnist gives them (floats have been scaled already)."
        )
    if images.ndim != 3:
        raise ValueError(
            "flatten_and_scale takes a stack of images (n, height, width), received shape "
            f"{images.shape}: for a single image pass image[None]."
        )
    num_images, height, width = images.shape
    scaled = images.reshape(num_images, height * width).astype("float32")
    scaled /= 255
    return scaled


def one_hot(labels: np.ndarray, num_classes: int = 10) -> np.ndarray:
    """Row `i` is all zeros but for a 1 in column `labels[i]`.

    Args:
        labels: Integer array `(n,)`, each in `0 … num_classes - 1`.
        num_classes: Number of classes, 1 or more.

    Returns:
        float32 array `(n, num_classes)`.

    Raises:
        ValueError: when the labels are not integers, not `(n,)`, or out of range.

    Example:
        >>> one_hot([2, 0], num_classes=3)
        array([[0., 0., 1.],
               [1., 0., 0.]], dtype=float32)
    """
    labels = np.asarray(labels)
    checks.positive_integer("num_classes", num_classes)
    checks.integer_labels(labels, num_classes)
    encoded = np.zeros((len(labels), num_classes), dtype="float32")  # (n, k)
    encoded[np.arange(len(labels)), labels] = 1
    return encoded
