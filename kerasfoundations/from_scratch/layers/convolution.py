"""Convolution: the same small filters at every place of an image."""

from __future__ import annotations

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch import initializers
from kerasfoundations.from_scratch.layers import channels, penalties
from kerasfoundations.from_scratch.layers.activations import Activation, activation_of
from kerasfoundations.from_scratch.layers.affine import LIMITS, AffineLayer
from kerasfoundations.from_scratch.layers.base import Constraint, Pair, Regularizer, Shape
from kerasfoundations.from_scratch.losses import as_floats


def convolve(
    images: tf.Tensor, kernel: tf.Tensor, strides: int | Pair = 1, padding: str = "valid"
) -> tf.Tensor:
    """`y[b, i, j] = sum over p, q of x[b, s·i + p, s·j + q] · W[p, q]`.

    Seen from the kernel: each of its pixels `W[p, q]`, a matrix from channels to filters, is a
    dense layer on the image moved by `p` rows and `q` columns, and the results are added up.

    `NaiveConv2D` uses TensorFlow's own convolution, which gives the same result several times as
    fast.

    Args:
        images: Tensor `(B, height, width, channels)`.
        kernel: Tensor `(rows, columns, channels, filters)`.
        strides: `s`: pixels from one window to the next, one number or `(down, right)`.
        padding: `"valid"`: windows lie inside the image; `"same"`: zeros are added around it, so
            that with strides of 1 it keeps its size.

    Returns:
        Tensor `(B, height', width', filters)`, where `height'` is `ceil(height / s)` with `"same"`
        padding and `floor((height - rows) / s) + 1` with `"valid"`, `width'` likewise.

    Raises:
        ValueError: for a kernel larger than the image.

    Example:
        >>> ones = tf.ones((1, 3, 3, 1))
        >>> convolve(ones, tf.ones((2, 2, 1, 1)))[0, :, :, 0].numpy()
        array([[4., 4.],
               [4., 4.]], dtype=float32)
        >>> convolve(ones, tf.ones((2, 2, 1, 1)), padding="same")[0, :, :, 0].numpy()
        array([[4., 4., 2.],
               [4., 4., 2.],
               [2., 2., 1.]], dtype=float32)

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 9.5.
    """
    images, kernel = as_floats(images, "images"), as_floats(kernel, "kernel")
    checks.images_and_kernel(images, kernel)
    windows = windows_of(images, tuple(kernel.shape[:2]), strides, padding, fill=0)
    return tf.add_n(
        [
            tf.tensordot(window, kernel[p, q], axes=1)  # (B, height', width', filters)
            for (p, q), window in windows.items()
        ]
    )


def windows_of(
    images: tf.Tensor, size: int | Pair, strides: int | Pair, padding: str, fill: float
) -> dict[Pair, tf.Tensor]:
    """Return pixel `(p, q)` of all windows, for each `(p, q)`: `(B, height', width', channels)`."""
    (down, right), size = checks.two("strides", strides), checks.two("size", size)
    height, width = checks.image_size(images.shape)
    rows = checks.windows(height, size[0], down, padding)
    columns = checks.windows(width, size[1], right, padding)
    images = tf.pad(images, [[0, 0], rows.padding, columns.padding, [0, 0]], constant_values=fill)
    return {
        (p, q): images[:, p : p + rows.reach : down, q : q + columns.reach : right]
        for p in range(size[0])
        for q in range(size[1])
    }


class NaiveConv2D(AffineLayer):
    """`activation(convolve(x, W) + b)`: the same small filters at every place of the image.

    Keras's layer takes the number of filters first and infers the channels; here they are given.

    Args:
        input_channels: Number of channels of the images.
        filters: Number of filters, and so of output channels.
        kernel_size: Height and width of each filter in pixels, one number or two.
        strides: Pixels from one place to the next, one number or `(down, right)`.
        padding: `"valid"`, or `"same"` for zeros around the image (see `convolve`).
        activation: Name of an activation, such as `"relu"` or `"softmax"`, `None` (none), or any
            function of a tensor.
        data_format: `"channels_last"` for images `(B, height, width, channels)`, or
            `"channels_first"` for `(B, channels, height, width)`; `None` is the first.
        use_bias: Whether `b` is added.
        kernel_initializer: Name of an initializer (see `initializers.get`), or an object that is
            called with a shape and a dtype. `b` starts at zero.
        kernel_regularizer: A function from `W` to a scalar penalty (see `regularizers`), or `None`.
        activity_regularizer: Likewise, of the outputs; divided by the number of samples `B`.
        kernel_constraint: A function from `W` to an allowed one (see `constraints`), or `None`.
        bias_constraint: Likewise, of `b`.
        seed: Integer for the initializer; `None` draws one.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

    Attributes:
        W: Variable `(height, width, input_channels, filters)`.
        b: Variable `(filters,)`, `None` without bias.

    Raises:
        ValueError: for a number below 1, an unknown name, or inputs of other shapes.

    Example:
        >>> layer = NaiveConv2D(1, 32, kernel_size=3, activation="relu", seed=0)
        >>> layer(tf.zeros((128, 28, 28, 1))).shape
        TensorShape([128, 26, 26, 32])

    Source: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document
    recognition, 1998.
    """

    arguments = (
        *("input_channels", "filters", "kernel_size", "strides", "padding"),
        *("data_format", "activation", *LIMITS),
    )

    def __init__(
        self,
        input_channels: int,
        filters: int,
        kernel_size: int | Pair,
        strides: int | Pair = 1,
        padding: str = "valid",
        activation: str | Activation | None = None,
        *,
        data_format: str | None = None,
        use_bias: bool = True,
        kernel_initializer: str | initializers.Initializer = "glorot_uniform",
        kernel_regularizer: Regularizer | None = None,
        activity_regularizer: Regularizer | None = None,
        kernel_constraint: Constraint | None = None,
        bias_constraint: Constraint | None = None,
        seed: int | None = None,
        dtype: str = "float32",
    ) -> None:
        self.input_channels = checks.positive_integer("input_channels", input_channels)
        self.data_format = channels.checked_format(data_format)
        self.takes = channels.shape_from_last((None, None, self.input_channels), self.data_format)
        self.filters = checks.positive_integer("filters", filters)
        self.kernel_size = checks.two("kernel_size", kernel_size)
        self.strides = checks.two("strides", strides)
        self.padding = checks.known_name("padding", padding, ("same", "valid"))
        self.activation = activation_of(activation)
        self.penalize(kernel_regularizer, activity_regularizer)
        shape = (*self.kernel_size, self.input_channels, self.filters)
        start = initializers.get(kernel_initializer, seed)
        limits = kernel_constraint, bias_constraint
        self.make_weights(shape, start, use_bias, dtype, *limits)

    @penalties.noted
    def affine(self, inputs: tf.Tensor) -> tf.Tensor:
        """`convolve(x, W) + b`: what the activation is applied to."""
        inputs, W = self.cast(inputs, self.W)
        self.check_inputs(inputs.shape)
        self.output_shape(inputs.shape[1:])
        images = channels.to_last(inputs, self.data_format)  # (B, height, width, channels)
        W = overlapping_kernel(W, images.shape[1:3], self.strides, self.padding)
        outputs = tf.nn.conv2d(images, W, self.strides, self.padding.upper())
        outputs = outputs if self.b is None else outputs + tf.cast(self.b, outputs.dtype)
        return channels.from_last(outputs, self.data_format)

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(height', width', filters)`, for images `(height, width, channels)`."""
        self.check_inputs((None, *input_shape))
        image = channels.shape_to_last(input_shape, self.data_format)
        size = output_size(image, self.kernel_size, self.strides, self.padding)
        return channels.shape_from_last((*size, self.filters), self.data_format)


def overlapping_kernel(kernel: tf.Tensor, image: Shape, strides: Pair, padding: str) -> tf.Tensor:
    """Return the part `(rows', columns', channels, filters)` of a kernel that meets the image.

    At every place its other pixels lie on the zeros around the image: they add nothing, and their
    slope is 0. On an image of one pixel these are eight of nine, as in the last blocks of ResNet-18
    on digits, which spent a fifth of a step on them.
    """
    begin, size = [0, 0, 0, 0], list(kernel.shape)
    for axis, (length, step) in enumerate(zip(image, strides, strict=True)):
        if length is None:
            continue
        windows = checks.windows(length, size[axis], step, padding)
        before, reach = windows.padding[0], windows.reach
        begin[axis] = max(before - reach + 1, 0)
        size[axis] = min(before + length, size[axis]) - begin[axis]
    # tf.slice: the slope of kernel[...] takes five times as long to write its zeros
    return kernel if size == kernel.shape else tf.slice(kernel, begin, size)


def output_size(input_shape: Shape, size: Pair, strides: Pair, padding: str) -> list[int | None]:
    """Return height and width of the outputs, `None` where that of the inputs is unknown."""
    return [
        None if length is None else checks.windows(length, extent, step, padding).number
        for length, extent, step in zip(input_shape[:2], size, strides, strict=True)
    ]
