"""Where the channels of an image are: after its rows and columns, or before them."""

from __future__ import annotations

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.layers.base import Shape

FORMATS = ("channels_first", "channels_last")


def checked_format(data_format: str | None) -> str:
    """Return the name of the order of axes; `None` is `"channels_last"`, Keras's own default."""
    name = "channels_last" if data_format is None else data_format
    return checks.known_name("data_format", name, FORMATS)


def to_last(images: tf.Tensor, data_format: str) -> tf.Tensor:
    """`y[b, i, j, k] = x[b, k, i, j]`, for images with the channels first."""
    return tf.transpose(images, (0, 2, 3, 1)) if data_format == "channels_first" else images


def from_last(images: tf.Tensor, data_format: str) -> tf.Tensor:
    """`y[b, k, i, j] = x[b, i, j, k]`, for images with the channels first: undo `to_last`."""
    return tf.transpose(images, (0, 3, 1, 2)) if data_format == "channels_first" else images


def shape_to_last(shape: Shape, data_format: str) -> Shape:
    """`(height, width, channels)`, of the shape of an image in that order."""
    return (*shape[1:], shape[0]) if data_format == "channels_first" else shape


def shape_from_last(shape: Shape, data_format: str) -> Shape:
    """`(channels, height, width)` for images with the channels first: undo `shape_to_last`."""
    return (shape[-1], *shape[:-1]) if data_format == "channels_first" else shape
