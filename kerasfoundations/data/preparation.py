"""Preparation of data: from the pixels of a file to a network's inputs."""

from __future__ import annotations

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data.memory import aligned


def flatten_and_scale(images: np.ndarray) -> np.ndarray:
    """`images.reshape(n, -1) / 255`: grey levels 0 … 255 become floats in [0, 1].

    Args:
        images: uint8 array `(n, height, width)`.

    Returns:
        float32 array `(n, height * width)` in [0, 1]; a new array, the images stay unchanged.

    Raises:
        ValueError: when the images are not uint8 (already scaled?) or not a stack of images.

    Example:
        >>> x = flatten_and_scale(np.full((2, 28, 28), 51, dtype="uint8"))
        >>> x.shape, x.dtype, float(x[0, 0])
        ((2, 784), dtype('float32'), 0.20000000298023224)
    """
    images = _grey_levels("flatten_and_scale", images)
    num_images, height, width = images.shape
    return _scaled(images.reshape(num_images, height * width))


def scale_images(images: np.ndarray) -> np.ndarray:
    """`images[..., None] / 255`: grey levels 0 … 255 become floats in [0, 1], with one channel.

    Args:
        images: uint8 array `(n, height, width)`.

    Returns:
        float32 array `(n, height, width, 1)` in [0, 1], as a convolutional network takes it; a
        new array, the images stay unchanged.

    Raises:
        ValueError: when the images are not uint8 (already scaled?) or not a stack of images.

    Example:
        >>> x = scale_images(np.full((2, 28, 28), 51, dtype="uint8"))
        >>> x.shape, x.dtype, float(x[0, 0, 0, 0])
        ((2, 28, 28, 1), dtype('float32'), 0.20000000298023224)
    """
    return _scaled(_grey_levels("scale_images", images)[..., None])


def _grey_levels(function: str, images: np.ndarray) -> np.ndarray:
    """Check a stack of images as it comes from a file."""
    images = checks.any_array("images", images)
    if images.dtype != np.uint8:
        raise ValueError(
            f"{function} takes uint8 grey levels 0 to 255, received {images.dtype}: pass "
            "the images as load_mnist gives them (floats have been scaled already)."
        )
    if images.ndim != 3:
        raise ValueError(
            f"{function} takes a stack of images (n, height, width), received shape "
            f"{images.shape}: for a single image pass image[None]."
        )
    if images.size == 0:
        what = "images" if len(images) == 0 else "pixels"
        raise ValueError(
            f"{function} received 0 {what} (shape {images.shape}), expected one or more: look at "
            "what chose them."
        )
    return images


def _scaled(images: np.ndarray) -> np.ndarray:
    scaled = aligned(images, "float32")
    scaled /= 255
    return scaled


def one_hot(labels: np.ndarray, num_classes: int = 10) -> np.ndarray:
    """Encode labels: row `i` is all zeros except for a 1 in column `labels[i]`.

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
    labels = checks.any_array("labels", labels)
    checks.positive_integer("num_classes", num_classes)
    checks.integer_labels(labels, num_classes)
    if len(labels) == 0:
        raise ValueError("received 0 labels: pass at least one.")
    encoded = np.zeros((len(labels), num_classes), dtype="float32")  # (n, k)
    encoded[np.arange(len(labels)), labels] = 1
    return encoded


def standardize(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`z = (x - mean) / std`, for each feature separately.

    On features that all have mean 0 and spread 1 the loss is equally steep in every direction, and
    gradient descent needs far fewer steps.

    Args:
        x: Array `(n,)` or `(n, d)` of numbers; each feature has at least two different values.

    Returns:
        `z`, float64 of the shape of `x`, and the mean and standard deviation that were used, `()`
        or `(d,)`; new `x` must be prepared with the same two.

    Raises:
        ValueError: when a feature is the same for all samples, or a number is not finite.

    Example:
        >>> z, mean, std = standardize(np.array([1.0, 3.0]))
        >>> z, float(mean), float(std)
        (array([-1.,  1.]), 2.0, 1.0)
    """
    x = checks.array("x", x).astype("float64")
    if x.ndim not in (1, 2) or len(x) == 0:
        raise ValueError(
            f"standardize takes features (n,) or (n, d), received shape {x.shape}: reshape them."
        )
    checks.finite("x", x)
    mean, std = x.mean(axis=0), x.std(axis=0)
    constant = np.flatnonzero(x.max(axis=0) == x.min(axis=0)).tolist()
    if constant:
        raise ValueError(
            f"standardize divides by each feature's spread, received features {constant} that are "
            "the same for all samples: leave them out."
        )
    return (x - mean) / std, mean, std
