"""Pooling: the largest pixel of each window, or its mean; the mean of an image."""

from __future__ import annotations

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.layers import channels
from kerasfoundations.from_scratch.layers.base import NaiveLayer, Pair, Shape
from kerasfoundations.from_scratch.layers.convolution import output_size, windows_of
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


def average_pool(
    images: tf.Tensor,
    pool_size: int | Pair,
    strides: int | Pair | None = None,
    padding: str = "valid",
) -> tf.Tensor:
    """`y[b, i, j] = mean over p, q < pool_size of x[b, s·i + p, s·j + q]`, channel by channel.

    Of a window that extends beyond the border only the pixels of the image count.

    `NaiveAveragePooling2D` uses TensorFlow's own pooling, which gives the same result faster.

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
        >>> average_pool(image, 2)[0, :, :, 0].numpy()
        array([[ 2.5,  4.5],
               [10.5, 12.5]], dtype=float32)
    """
    images, pool_size = as_floats(images, "images"), checks.two("pool_size", pool_size)
    where = pool_size, pool_size if strides is None else strides, padding
    pixels = windows_of(images, *where, fill=0).values()  # each (B, height', width', channels)
    inside = windows_of(tf.ones_like(images), *where, fill=0).values()  # 1 in the image, else 0
    return tf.add_n(list(pixels)) / tf.add_n(list(inside))


class Pooling2D(NaiveLayer):
    """What the two poolings share: the windows, and the shape of the outputs."""

    takes = (None, None, None)
    arguments = ("pool_size", "strides", "padding", "data_format")

    def __init__(
        self,
        pool_size: int | Pair,
        strides: int | Pair | None = None,
        padding: str = "valid",
        data_format: str | None = None,
    ) -> None:
        self.pool_size = checks.two("pool_size", pool_size)
        self.strides = checks.two("strides", pool_size if strides is None else strides)
        self.padding = checks.known_name("padding", padding, ("same", "valid"))
        self.data_format = channels.checked_format(data_format)

    def pool(self, images: tf.Tensor) -> tf.Tensor:
        """Pool images with their channels last."""
        raise TypeError(f"{type(self).__name__} pools nothing: write its pool method.")

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Map images `(B, height, width, channels)` to outputs `(B, height', width', channels)`."""
        inputs = as_floats(inputs)
        self.check_inputs(inputs.shape)
        self.output_shape(inputs.shape[1:])
        images = channels.to_last(inputs, self.data_format)  # (B, height, width, channels)
        return channels.from_last(self.pool(images), self.data_format)

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(height', width', channels)`."""
        self.check_inputs((None, *input_shape))
        image = channels.shape_to_last(input_shape, self.data_format)
        size = output_size(image, self.pool_size, self.strides, self.padding)
        return channels.shape_from_last((*size, image[-1]), self.data_format)


class NaiveMaxPooling2D(Pooling2D):
    """The largest pixel of each window, channel by channel (see `max_pool`).

    Args:
        pool_size: Height and width of a window in pixels, one number or two.
        strides: Pixels from one window to the next, likewise; `None` for `pool_size`: side by side.
        padding: `"valid"`: windows lie inside the image; `"same"`: they may extend beyond its
            border.
        data_format: `"channels_last"`, or `"channels_first"` for images `(B, channels, height,
            width)`; `None` is the first.

    Raises:
        ValueError: for a number below 1, an unknown padding, or inputs that are not images.

    Example:
        >>> NaiveMaxPooling2D(2)(tf.zeros((128, 28, 28, 32))).shape
        TensorShape([128, 14, 14, 32])
    """

    def __init__(
        self,
        pool_size: int | Pair = 2,
        strides: int | Pair | None = None,
        padding: str = "valid",
        data_format: str | None = None,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format)

    def pool(self, images: tf.Tensor) -> tf.Tensor:
        """Return the largest pixels."""
        return tf.nn.max_pool2d(images, self.pool_size, self.strides, self.padding.upper())


class NaiveAveragePooling2D(Pooling2D):
    """The mean of the pixels of each window, channel by channel (see `average_pool`).

    Args:
        pool_size: Height and width of a window in pixels, one number or two.
        strides: Pixels from one window to the next, likewise; `None` for `pool_size`: side by side.
        padding: `"valid"`: windows lie inside the image; `"same"`: they may extend beyond its
            border, where only the pixels of the image count.
        data_format: `"channels_last"`, or `"channels_first"` for images `(B, channels, height,
            width)`; `None` is the first.

    Raises:
        ValueError: for a number below 1, an unknown padding, or inputs that are not images.

    Example:
        >>> NaiveAveragePooling2D(2)(tf.ones((1, 4, 4, 1)))[0, :, :, 0].numpy()
        array([[1., 1.],
               [1., 1.]], dtype=float32)

    Source: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document
    recognition, 1998.
    """

    def pool(self, images: tf.Tensor) -> tf.Tensor:
        """Return the mean pixels."""
        return tf.nn.avg_pool2d(images, self.pool_size, self.strides, self.padding.upper())


class NaiveGlobalAveragePooling2D(NaiveLayer):
    """`mean(x)` over the pixels of an image, channel by channel.

    Args:
        data_format: `"channels_last"`, or `"channels_first"` for images `(B, channels, height,
            width)`; `None` is the first.

    Raises:
        ValueError: for an unknown format, or inputs that are not images.

    Example:
        >>> NaiveGlobalAveragePooling2D()(tf.ones((2, 7, 7, 3))).numpy()
        array([[1., 1., 1.],
               [1., 1., 1.]], dtype=float32)

    Source: Lin, Chen and Yan, Network in network, ICLR 2014.
    """

    takes = (None, None, None)
    arguments = ("data_format",)

    def __init__(self, data_format: str | None = None) -> None:
        self.data_format = channels.checked_format(data_format)

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute outputs `(B, channels)`."""
        inputs = as_floats(inputs)
        self.check_inputs(inputs.shape)
        images = channels.to_last(inputs, self.data_format)  # (B, height, width, channels)
        return tf.reduce_mean(images, axis=(1, 2))

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(channels,)`."""
        self.check_inputs((None, *input_shape))
        return (channels.shape_to_last(input_shape, self.data_format)[-1],)
