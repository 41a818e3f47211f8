"""Pooling: the largest pixel of each window, the mean of an image."""

from __future__ import annotations

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.layers.base import NaiveLayer, Pair, Shape
from kerasfoundations.from_scratch.layers.convolution import pooled, windows_of
from kerasfoundations.from_scratch.losses import as_floats


def max_pool(
    images: tf.Tensor,
    pool_size: int | Pair = 2,
    strides: int | Pair | None = None,
    padding: str = "valid",
) -> tf.Tensor:
    """`y[b, i, j] = max over p, q < pool_size of x[b, s·i + p, s·j + q]`, channel by channel.

    The gradient goes to the largest pixel of a window; to the first if there are several.

    `NaiveMaxPooling2D` uses TensorFlow's own pooling, which gives the same result faster.

    Args:
        images: Tensor `(B, height, width, channels)`.
        pool_size: Height and width of a window, one number or two.
        strides: `s`: pixels from one window to the next, likewise; `None` for `pool_size`.
        padding: `"valid"`: windows lie inside the image; `"same"`: they may extend beyond its
            border.

    Returns:
        Tensor `(B, height', width', channels)`.

    Raises:
        ValueError: for a window larger than the image.

    Example:
        >>> image = tf.reshape(tf.range(16.0), (1, 4, 4, 1))
        >>> max_pool(image)[0, :, :, 0].numpy()
        array([[ 5.,  7.],
               [13., 15.]], dtype=float32)
    """
    images, pool_size = as_floats(images, "images"), checks.two("pool_size", pool_size)
    lowest, strides = images.dtype.min, pool_size if strides is None else strides
    first, *others = windows_of(images, pool_size, strides, padding, fill=lowest).values()
    largest = first  # (B, height', width', channels)
    for window in others:
        largest = tf.where(window > largest, window, largest)
    return largest


class NaiveMaxPooling2D(NaiveLayer):
    """The largest pixel of each window, channel by channel (see `max_pool`).

    Args:
        pool_size: Height and width of a window in pixels, one number or two.
        strides: Pixels from one window to the next, likewise; `None` for `pool_size`: side by side.
        padding: `"valid"`: windows lie inside the image; `"same"`: they may extend beyond its
            border.

    Raises:
        ValueError: for a number below 1, an unknown padding, or inputs that are not images.

    Example:
        >>> NaiveMaxPooling2D(2)(tf.zeros((128, 28, 28, 32))).shape
        TensorShape([128, 14, 14, 32])
    """

    takes = (None, None, None)
    arguments = ("pool_size", "strides", "padding")

    def __init__(
        self,
        pool_size: int | Pair = 2,
        strides: int | Pair | None = None,
        padding: str = "valid",
    ) -> None:
        self.pool_size = checks.two("pool_size", pool_size)
        self.strides = checks.two("strides", pool_size if strides is None else strides)
        self.padding = checks.known_name("padding", padding, ("same", "valid"))

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Map images `(B, height, width, channels)` to outputs `(B, height', width', channels)`."""
        inputs = as_floats(inputs)
        self.check_inputs(inputs.shape)
        self.output_shape(inputs.shape[1:])
        return tf.nn.max_pool2d(inputs, self.pool_size, self.strides, self.padding.upper())

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(height', width', channels)`."""
        self.check_inputs((None, *input_shape))
        return (*pooled(input_shape, self.pool_size, self.strides, self.padding), input_shape[-1])


class NaiveGlobalAveragePooling2D(NaiveLayer):
    """`mean(x)` over the pixels of an image, channel by channel.

    Example:
        >>> NaiveGlobalAveragePooling2D()(tf.ones((2, 7, 7, 3))).numpy()
        array([[1., 1., 1.],
               [1., 1., 1.]], dtype=float32)

    Source: Lin, Chen and Yan, Network in network, ICLR 2014.
    """

    takes = (None, None, None)

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute outputs `(B, channels)`."""
        inputs = as_floats(inputs)
        self.check_inputs(inputs.shape)
        return tf.reduce_mean(inputs, axis=(1, 2))

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(channels,)`."""
        self.check_inputs((None, *input_shape))
        return (input_shape[-1],)
