"""The layers and their activations.

A layer is called with the outputs of the one before it, and with `training`: batch normalization
and dropout do one thing while the model learns and another when it is used. All other layers do the
same in both.

Images are tensors `(B, height, width, channels)`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.seeds import drawn_seed, layer_seeds
from kerasfoundations.from_scratch import initializers
from kerasfoundations.from_scratch.losses import as_floats
from kerasfoundations.from_scratch.regularizers import L1, L1L2, L2, regularizer

__all__ = [
    "NaiveActivation",
    "NaiveBatchNormalization",
    "NaiveConv2D",
    "NaiveDense",
    "NaiveDropout",
    "NaiveFlatten",
    "NaiveGlobalAveragePooling2D",
    "NaiveLayer",
    "NaiveMaxPooling2D",
    "NaiveResidualBlock",
    "convolve",
    "max_pool",
    "relu",
    "sigmoid",
    "softmax",
]

Activation = Callable[[tf.Tensor], tf.Tensor]
Regularizer = Callable[[tf.Tensor], tf.Tensor]
Shape = tuple[int | None, ...]
Pair = tuple[int, int]


def relu(x: tf.Tensor) -> tf.Tensor:
    """`max(x, 0)`.

    TensorFlow's own relu, because its slope at exactly 0 is 0, as Keras has it; that of
    `tf.maximum(x, 0)` is 1.

    Args:
        x: Tensor of floats of any shape.

    Returns:
        Tensor of the same shape and dtype.

    Example:
        >>> relu(tf.constant([-1.0, 0.0, 2.0])).numpy()
        array([0., 0., 2.], dtype=float32)
    """
    return tf.nn.relu(as_floats(x))


def sigmoid(x: tf.Tensor) -> tf.Tensor:
    """`1 / (1 + exp(-x))`.

    TensorFlow's own, because the formula as it stands overflows for large negative `x`.

    Args:
        x: Tensor of floats of any shape.

    Returns:
        Tensor of the same shape and dtype, each value between 0 and 1.

    Example:
        >>> sigmoid(tf.constant([-1000.0, 0.0, 1000.0])).numpy()
        array([0. , 0.5, 1. ], dtype=float32)
    """
    return tf.sigmoid(as_floats(x))


def softmax(x: tf.Tensor) -> tf.Tensor:
    """`exp(x) / sum(exp(x))` over the last axis.

    The largest value is taken off first: the quotient stays the same and no exponential overflows.

    Args:
        x: Tensor of floats `(..., k)`.

    Returns:
        Tensor of the same shape and dtype; along the last axis the values add up to 1.

    Raises:
        ValueError: for a tensor without axes.

    Example:
        >>> softmax(tf.constant([[0.0, 0.0], [1000.0, 0.0]])).numpy()
        array([[0.5, 0.5],
               [1. , 0. ]], dtype=float32)
    """
    x = as_floats(x)
    checks.last_axis(x.shape)
    largest = tf.stop_gradient(tf.reduce_max(x, axis=-1, keepdims=True))  # (..., 1)
    exponentials = tf.exp(x - largest)  # (..., k)
    return exponentials / tf.reduce_sum(exponentials, axis=-1, keepdims=True)


ACTIVATIONS: dict[str, Activation] = {"relu": relu, "sigmoid": sigmoid, "softmax": softmax}


# TensorFlow's own functions, as books pass them: the same activations under other names.
_ALIASES = {
    tf.nn.relu: relu,
    tf.nn.sigmoid: sigmoid,
    tf.sigmoid: sigmoid,
    tf.nn.softmax: softmax,
}


class NaiveLayer:
    """What every layer has; a layer of your own overrides what it needs.

    Attributes:
        activation: The function that is applied last, or `None`.
        takes: The shape of one sample's inputs, `None` for a length that may be any; `None` as a
            whole when any shape will do.

    Example:
        >>> class Scale(NaiveLayer):
        ...     def __init__(self):
        ...         self.factor = tf.Variable(2.0)
        ...     def __call__(self, inputs, training=False):
        ...         return self.factor * inputs
        >>> layer = Scale()
        >>> layer(tf.constant([1.0, 2.0])).numpy(), len(layer.trainable_weights)
        (array([2., 4.], dtype=float32), 1)
    """

    activation: Activation | None = None
    takes: Shape | None = None

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """The layer's outputs."""
        raise TypeError(f"{type(self).__name__} computes nothing: write its __call__ method.")

    def affine(self, inputs: tf.Tensor) -> tf.Tensor:
        """What the activation is applied to, for layers that have one."""
        raise TypeError(f"{type(self).__name__} has no activation: write its affine method.")

    @property
    def trainable_weights(self) -> list[tf.Variable]:
        """The variables that learn: unless overridden, those among the layer's attributes.

        Layers among them count with theirs, and so do lists of variables and layers.
        """
        own = [v for v in self._attributes(tf.Variable) if v.trainable]
        return own + [w for layer in self._attributes(NaiveLayer) for w in layer.trainable_weights]

    @property
    def non_trainable_weights(self) -> list[tf.Variable]:
        """The variables that are kept but do not learn, likewise."""
        own = [v for v in self._attributes(tf.Variable) if not v.trainable]
        inner = self._attributes(NaiveLayer)
        return own + [w for layer in inner for w in layer.non_trainable_weights]

    def _attributes(self, kind: type) -> list[Any]:
        """The attributes of that kind, and those in attributes that are lists."""
        found = []
        for value in vars(self).values():
            members = value if isinstance(value, list | tuple) else [value]
            found += [member for member in members if isinstance(member, kind)]
        return found

    @property
    def weights(self) -> list[tf.Variable]:
        """All variables: those that learn, then those that do not."""
        return self.trainable_weights + self.non_trainable_weights

    @property
    def losses(self) -> list[tf.Tensor]:
        """The penalties that are added to the loss: unless overridden, those of inner layers."""
        return [penalty for layer in self._attributes(NaiveLayer) for penalty in layer.losses]

    def check_inputs(self, shape: Sequence[int | None]) -> None:
        """Inputs of that shape, the batch first, fit the layer, or a `ValueError` says why."""
        if self.takes is not None:
            checks.layer_inputs(type(self).__name__, tuple(shape), self.takes)

    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape of one sample's outputs; the same as that of its inputs, unless overridden."""
        self.check_inputs((None, *input_shape))
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make such a layer again, as JSON can hold them."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> NaiveLayer:
        """Makes such a layer again."""
        factors = config.get("kernel_regularizer")
        return cls(**config | ({"kernel_regularizer": regularizer(**factors)} if factors else {}))


class NaiveDense(NaiveLayer):
    """`activation(x · W + b)`.

    Args:
        input_size: Number of inputs `d`.
        output_size: Number of outputs, called `units` in Keras.
        activation: `"relu"`, `"sigmoid"`, `"softmax"`, `None` (none), or any function of a tensor.
        kernel_initializer: Name of an initializer (see `initializers.get`), or an object that is
            called with a shape and a dtype. `b` starts at zero.
        kernel_regularizer: A function from `W` to a scalar penalty (see `regularizers`), or `None`.
        seed: Integer for the initializer; `None` draws one.
        dtype: `"float32"` or `"float64"`.

    Attributes:
        W: Variable `(d, units)`.
        b: Variable `(units,)`.

    Raises:
        ValueError: for a size below 1, an unknown name, or inputs of another width.

    Example:
        >>> layer = NaiveDense(784, 512, activation="relu", seed=0)
        >>> layer(tf.zeros((128, 784))).shape
        TensorShape([128, 512])

    Source: Chollet, Deep Learning with Python, 2nd edition, chapter 2.
    """

    def __init__(
        self,
        input_size: int,
        output_size: int,
        activation: str | Activation | None = None,
        *,
        kernel_initializer: str | initializers.Initializer = "glorot_uniform",
        kernel_regularizer: Regularizer | None = None,
        seed: int | None = None,
        dtype: str = "float32",
    ) -> None:
        self.input_size = checks.positive_integer("input_size", input_size)
        self.output_size = checks.positive_integer("output_size", output_size)
        self.takes = (self.input_size,)
        self.activation = _activation(activation)
        self.kernel_regularizer = checks.kernel_regularizer(kernel_regularizer)
        dtype = checks.float_dtype(dtype)
        seed = seed if seed is None else checks.seed(seed)
        checks.no_class("initializer", kernel_initializer)
        if not callable(kernel_initializer):
            kernel_initializer = initializers.get(kernel_initializer, seed)
        self.W = tf.Variable(kernel_initializer((input_size, output_size), dtype=dtype), name="W")
        self.b = tf.Variable(tf.zeros((output_size,), dtype), name="b")

    @property
    def trainable_weights(self) -> list[tf.Variable]:
        """`[W, b]`."""
        return [self.W, self.b]

    @property
    def losses(self) -> list[tf.Tensor]:
        """The penalty of `W`, in a list that is empty without a regularizer."""
        return [self.kernel_regularizer(self.W)] if self.kernel_regularizer else []

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """The layer's outputs `(B, units)` for inputs `(B, d)`."""
        outputs = self.affine(inputs)  # (B, units)
        return outputs if self.activation is None else self.activation(outputs)

    def affine(self, inputs: tf.Tensor) -> tf.Tensor:
        """`x · W + b`: what the activation is applied to, `(B, units)`."""
        inputs = tf.cast(inputs, self.W.dtype)
        self.check_inputs(inputs.shape)
        matmul = matmul_to_few if self.output_size <= FEW else tf.matmul
        return matmul(inputs, self.W) + self.b

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(units,)`, for samples of shape `(d,)`."""
        self.check_inputs((None, *input_shape))
        return (self.output_size,)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make such a layer again."""
        return {
            "input_size": self.input_size,
            "output_size": self.output_size,
            "activation": _activation_name(self.activation),
            "kernel_regularizer": _factors(self.kernel_regularizer, self.W.dtype),
            "dtype": self.W.dtype.name,
        }


FEW = 16  # outputs


@tf.custom_gradient
def matmul_to_few(x: tf.Tensor, W: tf.Tensor) -> tuple[tf.Tensor, Callable[..., Any]]:
    """`x · W`, with `∂/∂W = (dyᵀ · x)ᵀ` in place of `xᵀ · dy`: the same sums.

    XLA's product for a CPU is made for many columns. `xᵀ · dy` has as many as the layer has
    outputs; with ten it takes three times as long as `dyᵀ · x`, a twentieth of a training step.

    Args:
        x: Tensor `(B, d)`.
        W: Tensor `(d, units)`, for few `units`.

    Returns:
        Tensor `(B, units)`.

    Example:
        >>> matmul_to_few(tf.constant([[1.0, 2.0]]), tf.constant([[3.0], [4.0]])).numpy()
        array([[11.]], dtype=float32)
    """

    def gradient(dy: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        transposed = tf.matmul(dy, x, transpose_a=True)  # (units, d)
        columns = tf.unstack(transposed, axis=0)  # XLA would put tf.transpose into the product
        return tf.matmul(dy, W, transpose_b=True), tf.stack(columns, axis=1)  # (B, d), (d, units)

    return tf.matmul(x, W), gradient


class NaiveActivation(NaiveLayer):
    """`activation(x)`: an activation as a layer of its own.

    Args:
        activation: `"relu"`, `"sigmoid"`, `"softmax"`, or any function of a tensor.

    Raises:
        ValueError: for an unknown name.

    Example:
        >>> NaiveActivation("relu")(tf.constant([-1.0, 2.0])).numpy()
        array([0., 2.], dtype=float32)
    """

    def __init__(self, activation: str | Activation) -> None:
        self.activation = _activation(activation)

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Outputs of the shape of the inputs."""
        return inputs if self.activation is None else self.activation(inputs)

    def affine(self, inputs: tf.Tensor) -> tf.Tensor:
        """The inputs, as they are."""
        return inputs

    def get_config(self) -> dict[str, Any]:
        """The arguments that make such a layer again."""
        return {"activation": _activation_name(self.activation)}


class NaiveFlatten(NaiveLayer):
    """`reshape(x, (B, -1))`: each sample becomes one row.

    Example:
        >>> NaiveFlatten()(tf.zeros((128, 7, 7, 64))).shape
        TensorShape([128, 3136])
    """

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Outputs `(B, features)`."""
        inputs = as_floats(inputs)
        checks.layer_inputs("NaiveFlatten", tuple(inputs.shape[:1]), ())
        [features] = self.output_shape(tuple(inputs.shape[1:]))
        if features is None:
            raise ValueError(
                f"NaiveFlatten takes inputs of a known size, received shape {inputs.shape}: give "
                "the model its input_shape, such as (28, 28, 1)."
            )
        return tf.reshape(inputs, (-1, features))

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(features,)`."""
        known = [length for length in input_shape if length is not None]
        return (math.prod(known) if len(known) == len(input_shape) else None,)


def convolve(
    images: tf.Tensor, kernel: tf.Tensor, strides: int | Pair = 1, padding: str = "valid"
) -> tf.Tensor:
    """`y[b, i, j] = sum over p, q of x[b, s·i + p, s·j + q] · W[p, q]`.

    Seen from the kernel: every one of its pixels `W[p, q]`, a matrix from channels to filters, is a
    dense layer on the image moved by `p` rows and `q` columns, and the results are added up.

    `NaiveConv2D` uses TensorFlow's own convolution, which gives the same several times as fast.

    Args:
        images: Tensor `(B, height, width, channels)`.
        kernel: Tensor `(rows, columns, channels, filters)`.
        strides: `s`: pixels from one window to the next, one number or `(down, right)`.
        padding: `"valid"`: windows lie inside the image; `"same"`: zeros are put around it, so that
            with strides of 1 it keeps its size.

    Returns:
        Tensor `(B, height', width', filters)`.

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
    fits = images.shape.rank == kernel.shape.rank == 4 and images.shape[3] == kernel.shape[2]
    expected = "images (B, height, width, channels) and a kernel (rows, columns, channels, filters)"
    checks.fitting_shapes(expected, fits, images, kernel)
    windows = _windows(images, tuple(kernel.shape[:2]), strides, padding, fill=0)
    return tf.add_n(
        [
            tf.tensordot(window, kernel[p, q], axes=1)  # (B, height', width', filters)
            for (p, q), window in windows.items()
        ]
    )


def max_pool(
    images: tf.Tensor,
    pool_size: int | Pair = 2,
    strides: int | Pair | None = None,
    padding: str = "valid",
) -> tf.Tensor:
    """`y[b, i, j] = max over p, q < pool_size of x[b, s·i + p, s·j + q]`, channel by channel.

    The gradient goes to the largest pixel of a window; to the first of them when several are.

    `NaiveMaxPooling2D` uses TensorFlow's own pooling, which gives the same and is faster.

    Args:
        images: Tensor `(B, height, width, channels)`.
        pool_size: Height and width of a window, one number or two.
        strides: `s`: pixels from one window to the next, likewise; `None` for `pool_size`.
        padding: `"valid"`: windows lie inside the image; `"same"`: they may reach over its border.

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
    first, *others = _windows(images, pool_size, strides, padding, fill=lowest).values()
    largest = first  # (B, height', width', channels)
    for window in others:
        largest = tf.where(window > largest, window, largest)
    return largest


def _windows(
    images: tf.Tensor, size: int | Pair, strides: int | Pair, padding: str, fill: float
) -> dict[Pair, tf.Tensor]:
    """By `(p, q)`, pixel `(p, q)` of every window: tensors `(B, height', width', channels)`."""
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


class NaiveConv2D(NaiveLayer):
    """`activation(convolve(x, W) + b)`: the same small filters at every place of the image.

    Keras's layer takes the number of filters first and sees the channels for itself; this one is
    told.

    Args:
        input_channels: Number of channels of the images.
        filters: Number of filters, which is that of the outputs' channels.
        kernel_size: Height and width of each filter in pixels, one number or two.
        strides: Pixels from one place to the next, one number or `(down, right)`.
        padding: `"valid"`, or `"same"` for zeros around the image (see `convolve`).
        activation: `"relu"`, `"sigmoid"`, `"softmax"`, `None` (none), or any function of a tensor.
        use_bias: Whether `b` is added.
        kernel_initializer: Name of an initializer (see `initializers.get`), or an object that is
            called with a shape and a dtype. `b` starts at zero.
        kernel_regularizer: A function from `W` to a scalar penalty (see `regularizers`), or `None`.
        seed: Integer for the initializer; `None` draws one.
        dtype: `"float32"` or `"float64"`.

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

    def __init__(
        self,
        input_channels: int,
        filters: int,
        kernel_size: int | Pair,
        strides: int | Pair = 1,
        padding: str = "valid",
        activation: str | Activation | None = None,
        *,
        use_bias: bool = True,
        kernel_initializer: str | initializers.Initializer = "glorot_uniform",
        kernel_regularizer: Regularizer | None = None,
        seed: int | None = None,
        dtype: str = "float32",
    ) -> None:
        self.input_channels = checks.positive_integer("input_channels", input_channels)
        self.takes = (None, None, self.input_channels)
        self.filters = checks.positive_integer("filters", filters)
        self.kernel_size = checks.two("kernel_size", kernel_size)
        self.strides = checks.two("strides", strides)
        self.padding = checks.known_name("padding", padding, ("same", "valid"))
        self.activation = _activation(activation)
        self.kernel_regularizer = checks.kernel_regularizer(kernel_regularizer)
        dtype = checks.float_dtype(dtype)
        seed = seed if seed is None else checks.seed(seed)
        checks.no_class("initializer", kernel_initializer)
        if not callable(kernel_initializer):
            kernel_initializer = initializers.get(kernel_initializer, seed)
        shape = (*self.kernel_size, input_channels, filters)
        self.W = tf.Variable(kernel_initializer(shape, dtype=dtype), name="W")
        use_bias = checks.flag("use_bias", use_bias)
        self.b = tf.Variable(tf.zeros((filters,), dtype), name="b") if use_bias else None

    @property
    def trainable_weights(self) -> list[tf.Variable]:
        """`[W, b]`, or without bias `[W]`."""
        return [self.W] if self.b is None else [self.W, self.b]

    @property
    def losses(self) -> list[tf.Tensor]:
        """The penalty of `W`, in a list that is empty without a regularizer."""
        return [self.kernel_regularizer(self.W)] if self.kernel_regularizer else []

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Outputs `(B, height', width', filters)` for images `(B, height, width, channels)`."""
        outputs = self.affine(inputs)
        return outputs if self.activation is None else self.activation(outputs)

    def affine(self, inputs: tf.Tensor) -> tf.Tensor:
        """`convolve(x, W) + b`: what the activation is applied to."""
        inputs = tf.cast(inputs, self.W.dtype)
        self.check_inputs(inputs.shape)
        self.output_shape(inputs.shape[1:])
        outputs = tf.nn.conv2d(inputs, self.W, self.strides, self.padding.upper())
        return outputs if self.b is None else outputs + self.b

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(height', width', filters)`, for images `(height, width, channels)`."""
        self.check_inputs((None, *input_shape))
        size = _pooled(input_shape, self.kernel_size, self.strides, self.padding)
        return (*size, self.filters)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make such a layer again."""
        names = ("input_channels", "filters", "kernel_size", "strides", "padding")
        return {name: getattr(self, name) for name in names} | {
            "activation": _activation_name(self.activation),
            "use_bias": self.b is not None,
            "kernel_regularizer": _factors(self.kernel_regularizer, self.W.dtype),
            "dtype": self.W.dtype.name,
        }


class NaiveMaxPooling2D(NaiveLayer):
    """The largest pixel of each window, channel by channel (see `max_pool`).

    Args:
        pool_size: Height and width of a window in pixels, one number or two.
        strides: Pixels from one window to the next, likewise; `None` for `pool_size`: side by side.
        padding: `"valid"`: windows lie inside the image; `"same"`: they may reach over its border.

    Raises:
        ValueError: for a number below 1, an unknown padding, or inputs that are no images.

    Example:
        >>> NaiveMaxPooling2D(2)(tf.zeros((128, 28, 28, 32))).shape
        TensorShape([128, 14, 14, 32])
    """

    def __init__(
        self,
        pool_size: int | Pair = 2,
        strides: int | Pair | None = None,
        padding: str = "valid",
    ) -> None:
        self.takes = (None, None, None)
        self.pool_size = checks.two("pool_size", pool_size)
        self.strides = checks.two("strides", pool_size if strides is None else strides)
        self.padding = checks.known_name("padding", padding, ("same", "valid"))

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Outputs `(B, height', width', channels)` for images `(B, height, width, channels)`."""
        inputs = as_floats(inputs)
        self.check_inputs(inputs.shape)
        self.output_shape(inputs.shape[1:])
        return tf.nn.max_pool2d(inputs, self.pool_size, self.strides, self.padding.upper())

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(height', width', channels)`."""
        self.check_inputs((None, *input_shape))
        return (*_pooled(input_shape, self.pool_size, self.strides, self.padding), input_shape[-1])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make such a layer again."""
        return {name: getattr(self, name) for name in ("pool_size", "strides", "padding")}


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
        """Outputs `(B, channels)`."""
        inputs = as_floats(inputs)
        self.check_inputs(inputs.shape)
        return tf.reduce_mean(inputs, axis=(1, 2))

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(channels,)`."""
        self.check_inputs((None, *input_shape))
        return (input_shape[-1],)


class NaiveBatchNormalization(NaiveLayer):
    """`gamma · (x - mean) / sqrt(variance + epsilon) + beta`, channel by channel.

    In training, mean and variance are those of the batch: over the samples, and for images over
    their pixels too. They are remembered as moving averages, `moving = momentum·moving +
    (1 - momentum)·batch`, and those are used outside of training, where the outputs for a sample
    must not depend on its neighbours. Until they have been learned they are 0 and 1.

    Args:
        input_size: Number of channels, or of features.
        momentum: How much of a moving average is kept at each step, in [0, 1]. After `n` steps
            `momentum**n` of it still is what it started with.
        epsilon: Added to the variance, so that nothing is divided by zero.
        dtype: `"float32"` or `"float64"`.

    Attributes:
        gamma: Variable `(input_size,)`, starts at 1.
        beta: Variable `(input_size,)`, starts at 0.
        moving_mean: Variable `(input_size,)`, not trained.
        moving_variance: Variable `(input_size,)`, not trained. Of the batch's plain variance, as in
            Keras; other libraries remember `n / (n - 1)` times that.

    Raises:
        ValueError: for a number out of range, or inputs of another shape.

    Example:
        >>> layer = NaiveBatchNormalization(1, momentum=0.9, epsilon=1e-7)
        >>> layer(tf.constant([[1.0], [3.0]]), training=True).numpy().round(3)
        array([[-1.],
               [ 1.]], dtype=float32)
        >>> layer.moving_mean.numpy().round(3), layer.moving_variance.numpy().round(3)
        (array([0.2], dtype=float32), array([1.], dtype=float32))

    Source: Ioffe and Szegedy, Batch normalization: accelerating deep network training by reducing
    internal covariate shift, ICML 2015.
    """

    def __init__(
        self,
        input_size: int,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        *,
        dtype: str = "float32",
    ) -> None:
        self.input_size = checks.positive_integer("input_size", input_size)
        self.takes = (self.input_size,)
        self.momentum = checks.fraction("momentum", momentum)
        self.epsilon = checks.positive_number("epsilon", epsilon)
        dtype = checks.float_dtype(dtype)
        zeros, ones = tf.zeros((input_size,), dtype), tf.ones((input_size,), dtype)
        self.gamma = tf.Variable(ones, name="gamma")
        self.beta = tf.Variable(zeros, name="beta")
        self.moving_mean = tf.Variable(zeros, trainable=False, name="moving_mean")
        self.moving_variance = tf.Variable(ones, trainable=False, name="moving_variance")

    @property
    def trainable_weights(self) -> list[tf.Variable]:
        """`[gamma, beta]`."""
        return [self.gamma, self.beta]

    @property
    def non_trainable_weights(self) -> list[tf.Variable]:
        """`[moving_mean, moving_variance]`."""
        return [self.moving_mean, self.moving_variance]

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Outputs of the shape of the inputs, `(B, ..., channels)`."""
        inputs = tf.cast(inputs, self.gamma.dtype)
        self.check_inputs(inputs.shape)
        if training:
            mean, variance = self._moments(inputs)  # (channels,) each
            self._remember(mean, variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        # Gathered into one factor and one summand, so that the images are passed over only twice.
        factor = tf.math.rsqrt(variance + self.epsilon) * self.gamma  # (channels,)
        return inputs * factor + (self.beta - mean * factor)

    def _moments(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Mean and variance over all axes but the last.

        The variance has no slope in the mean, where it is smallest: the tape need not look for it.
        """
        axes = list(range(inputs.shape.rank - 1))
        mean = tf.reduce_mean(inputs, axes)
        return mean, tf.reduce_mean(
            tf.math.squared_difference(inputs, tf.stop_gradient(mean)), axes
        )

    def _remember(self, mean: tf.Tensor, variance: tf.Tensor) -> None:
        for moving, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + new * (1 - self.momentum))

    def check_inputs(self, shape: Sequence[int | None]) -> None:
        """Inputs `(B, ..., input_size)` fit the layer."""
        pixels = (None,) * (len(shape) - 2)
        checks.layer_inputs(type(self).__name__, tuple(shape), (*pixels, self.input_size))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make such a layer again."""
        names = ("input_size", "momentum", "epsilon")
        return {name: getattr(self, name) for name in names} | {"dtype": self.gamma.dtype.name}


class NaiveDropout(NaiveLayer):
    """In training `x·mask / (1 - rate)`, each entry of the mask 0 with probability `rate`, else 1.

    Divided by `1 - rate` the outputs have the mean of the inputs; outside of training the layer
    does nothing.

    Args:
        rate: The probability, in [0, 1).
        seed: Integer that fixes the masks, a new one for each call; the Keras layer then draws the
            same ones. `None` draws a seed. XLA draws other masks than TensorFlow does without it.

    Attributes:
        state: Variable `(2,)`: the seed, and how many masks have been drawn. As in Keras it is not
            among the weights.

    Raises:
        ValueError: for a rate out of range.

    Example:
        >>> layer = NaiveDropout(0.5, seed=1)
        >>> layer(tf.ones((1, 8)), training=True).numpy()
        array([[2., 0., 2., 0., 0., 0., 0., 2.]], dtype=float32)
        >>> layer(tf.ones((1, 8))).numpy()
        array([[1., 1., 1., 1., 1., 1., 1., 1.]], dtype=float32)

    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout: a simple way to
    prevent neural networks from overfitting, JMLR 2014.
    """

    def __init__(self, rate: float, *, seed: int | None = None) -> None:
        self.rate = checks.number_below_1("rate", rate)
        self.seed = drawn_seed() if seed is None else checks.seed(seed)
        self.state = tf.Variable([self.seed, 0], dtype=tf.int64, trainable=False)

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Outputs of the shape of the inputs."""
        inputs = as_floats(inputs)
        if not training or self.rate == 0:
            return inputs
        seed = tf.math.floormod(self.state, tf.int32.max - 1)  # as Keras reduces it
        self.state.assign_add([0, 1])
        uniform = tf.random.stateless_uniform(tf.shape(inputs), seed, dtype=inputs.dtype)
        kept = inputs * (1 / (1 - self.rate))
        return tf.where(uniform >= self.rate, kept, tf.zeros_like(inputs))

    @property
    def non_trainable_weights(self) -> list[tf.Variable]:
        """None: the state is no weight."""
        return []

    def get_config(self) -> dict[str, Any]:
        """The arguments that make such a layer again."""
        return {"rate": self.rate, "seed": self.seed}


class NaiveResidualBlock(NaiveLayer):
    """`relu(F(x) + shortcut(x))`: what two convolutions add to their inputs.

    `F` is a 3×3 convolution, batch normalization, relu, another 3×3 convolution and batch
    normalization. The shortcut hands `x` on as it is; where the block changes the size or the
    number of channels, it is a 1×1 convolution with batch normalization.

    Args:
        input_channels: Channels of the inputs.
        filters: Channels of the outputs.
        strides: Of the first convolution: 2 halves height and width.
        momentum: Of the batch normalizations.
        l1: Penalty `l1·sum(|W|)` of each kernel.
        l2: Penalty `l2·sum(W²)` of each kernel.
        seed: Integer for the kernels; `None` draws one.
        dtype: `"float32"` or `"float64"`.

    Raises:
        ValueError: for a number out of range, or inputs of other shapes.

    Example:
        >>> block = NaiveResidualBlock(32, 64, strides=2)
        >>> block(tf.zeros((8, 14, 14, 32))).shape
        TensorShape([8, 7, 7, 64])

    Source: He, Zhang, Ren and Sun, Deep residual learning for image recognition, CVPR 2016.
    """

    def __init__(
        self,
        input_channels: int,
        filters: int,
        strides: int = 1,
        *,
        momentum: float = 0.99,
        l1: float = 0.0,
        l2: float = 0.0,
        seed: int | None = None,
        dtype: str = "float32",
    ) -> None:
        self.input_channels = checks.positive_integer("input_channels", input_channels)
        self.filters = checks.positive_integer("filters", filters)
        self.strides = checks.positive_integer("strides", strides)
        self.takes = (None, None, input_channels)
        self.momentum, self.l1, self.l2, self.dtype = momentum, l1, l2, dtype
        self.seed = drawn_seed() if seed is None else checks.seed(seed)
        self.convolution_1 = self._convolution(0, input_channels, 3, strides)
        self.normalization_1 = self._normalization()
        self.convolution_2 = self._convolution(1, filters, 3, 1)
        self.normalization_2 = self._normalization()
        self.shortcut: list[NaiveLayer] = []
        if strides != 1 or input_channels != filters:
            self.shortcut = [
                self._convolution(2, input_channels, 1, strides),
                self._normalization(),
            ]

    def _convolution(self, index: int, channels: int, kernel_size: int, strides: int) -> NaiveLayer:
        return NaiveConv2D(
            channels,
            self.filters,
            kernel_size,
            strides,
            padding="same",
            use_bias=False,
            kernel_regularizer=regularizer(self.l1, self.l2),
            seed=layer_seeds(self.seed, 3)[index],
            dtype=self.dtype,
        )

    def _normalization(self) -> NaiveLayer:
        return NaiveBatchNormalization(self.filters, self.momentum, dtype=self.dtype)

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Outputs `(B, height / strides, width / strides, filters)`."""
        x = relu(self.normalization_1(self.convolution_1(inputs), training))
        x = self.normalization_2(self.convolution_2(x), training)
        if not self.shortcut:
            return relu(x + inputs)
        convolution, normalization = self.shortcut
        return relu(x + normalization(convolution(inputs), training))

    @property
    def layers(self) -> list[NaiveLayer]:
        """The layers that it is made of, those of the shortcut last."""
        body = [self.convolution_1, self.normalization_1, self.convolution_2, self.normalization_2]
        return body + self.shortcut

    @property
    def weights(self) -> list[tf.Variable]:
        """Those of its layers, layer by layer."""
        return [weight for layer in self.layers for weight in layer.weights]

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(height / strides, width / strides, filters)`, rounded up."""
        return self.convolution_1.output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make such a block again."""
        names = ("input_channels", "filters", "strides", "momentum", "l1", "l2", "seed", "dtype")
        return {name: getattr(self, name) for name in names}


LAYERS: dict[str, type[NaiveLayer]] = {
    layer.__name__: layer
    for layer in (
        NaiveActivation,
        NaiveBatchNormalization,
        NaiveConv2D,
        NaiveDense,
        NaiveDropout,
        NaiveFlatten,
        NaiveGlobalAveragePooling2D,
        NaiveMaxPooling2D,
        NaiveResidualBlock,
    )
}


def _pooled(input_shape: Shape, size: Pair, strides: Pair, padding: str) -> list[int | None]:
    """Height and width of the outputs, `None` where that of the inputs is not known."""
    return [
        None if length is None else checks.windows(length, extent, step, padding).number
        for length, extent, step in zip(input_shape[:2], size, strides, strict=True)
    ]


def _activation(activation: str | Activation | None) -> Activation | None:
    checks.no_class("activation", activation)
    if activation is None or callable(activation):
        return _ALIASES.get(activation, activation)
    return ACTIVATIONS[checks.known_name("activation", activation, ACTIVATIONS)]


def _activation_name(activation: Activation | None) -> str | None:
    names = {function: name for name, function in ACTIVATIONS.items()}
    if activation is not None and activation not in names:
        raise ValueError(
            f"cannot store the activation {activation!r}: use one of {sorted(ACTIVATIONS)} or None."
        )
    return names[activation] if activation else None


def _factors(kernel_regularizer: Regularizer | None, dtype: tf.DType) -> dict[str, float]:
    """What a regularizer multiplies with, as it is in that dtype."""
    if type(kernel_regularizer) not in (type(None), L1, L2, L1L2):
        raise ValueError(
            f"cannot store the regularizer {kernel_regularizer!r}: use L1, L2, L1L2 or None."
        )
    factors = {name: getattr(kernel_regularizer, name, 0.0) for name in ("l1", "l2")}
    return {name: float(tf.cast(factor, dtype)) for name, factor in factors.items()}
