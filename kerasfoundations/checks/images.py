"""Checks of images that are compared pixel by pixel."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerasfoundations.checks.arrays import any_array, finite
from kerasfoundations.checks.samples import are_integers, same_length
from kerasfoundations.checks.scalars import positive_integer
from kerasfoundations.checks.shapes import broadcastable


def grey_images(images: Any) -> np.ndarray:
    """Return images `(..., height, width)` as float64 grey levels; uint8 is divided by 255."""
    images = any_array("images", images)
    if images.ndim < 2 or images.dtype.kind not in "iuf" or 0 in images.shape[-2:]:
        raise ValueError(
            f"expected images (..., height, width) of numbers, received {images.dtype} of shape "
            f"{images.shape}: pass them as load_mnist gives them."
        )
    scaled = images / 255 if images.dtype == np.uint8 else images.astype("float64")
    finite("images", scaled)
    return scaled


def image_stack(images: Any) -> np.ndarray:
    """Return images `(n, height, width)`, at least one, as float64 grey levels."""
    images = any_array("images", images)
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(
            f"expected a stack of images (n, height, width), received shape {images.shape}: for a "
            "single image pass image[None]."
        )
    return grey_images(images)


def images_to_shift(images: Any) -> np.ndarray:
    """Return images `(n, height, width)` or `(n, height, width, channels)` of any dtype."""
    images = any_array("images", images)
    if images.ndim not in (3, 4) or 0 in images.shape:
        raise ValueError(
            "expected a stack of images (n, height, width) or (n, height, width, channels), "
            f"received shape {images.shape}: for a single image pass image[None]."
        )
    return images


def pixels(name: str, value: Any, num_images: int) -> np.ndarray:
    """Return one integer for each image, or the same for all, as an array `(num_images,)`."""
    found = any_array(name, value)
    if found.dtype.kind not in "iu" or found.shape not in ((), (num_images,)):
        raise ValueError(
            f"{name} must be a whole number of pixels, or one for each of {num_images} images, "
            f"received {found.dtype} of shape {found.shape}: round it, or pass an integer."
        )
    return np.broadcast_to(found.astype("int64"), (num_images,))


def labelled_images(images: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return a stack of images and their integer labels `(n,)`, one per image."""
    images, labels = image_stack(images), any_array("labels", labels)
    are_integers(labels)
    same_length(images, labels)
    return images, labels


def same_image_size(images: np.ndarray, others: np.ndarray) -> None:
    """Check that images have the same size, and leading axes that broadcast."""
    if images.shape[-2:] != others.shape[-2:]:
        raise ValueError(
            f"expected images of one size, received shapes {images.shape} and {others.shape}: "
            "nothing is broadcast within an image."
        )
    broadcastable(images.shape[:-2], others.shape[:-2])


def images_of_columns(received: list[np.ndarray], image_shape: Any) -> np.ndarray:
    """Return the only kernel's columns `(height · width, k)` as images `(k, height, width)`."""
    if not isinstance(image_shape, tuple | list) or len(image_shape) != 2:
        raise ValueError(f"image_shape must be (height, width), received {image_shape!r}.")
    height, width = (positive_integer("image_shape", length) for length in image_shape)
    shapes = [np.shape(array) for array in received]
    if len(received) != 2 or shapes[0][0] != height * width:
        raise ValueError(
            f"expected one dense layer on images of {height} × {width} = {height * width} pixels, "
            f"received weights of shapes {shapes}: pass a linear classifier and its image_shape."
        )
    return received[0].T.reshape(-1, height, width)


def is_fitted(fitted: bool) -> None:
    """Check that `fit` has been called."""
    if not fitted:
        raise ValueError("there are no mean images yet, expected fit(images, labels) first.")
