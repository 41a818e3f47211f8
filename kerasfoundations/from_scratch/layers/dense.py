"""The dense layer, and layers without weights."""

from __future__ import annotations

import math
from collections.abc import Sequence

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch import initializers
from kerasfoundations.from_scratch.layers import penalties
from kerasfoundations.from_scratch.layers.activations import Activation, activation_of
from kerasfoundations.from_scratch.layers.base import Constraint, NaiveLayer, Regularizer, Shape
from kerasfoundations.from_scratch.losses import as_floats


class NaiveDense(NaiveLayer):
    """`activation(x · W + b)`.

    Args:
        input_size: Number of inputs `d`.
        output_size: Number of outputs, called `units` in Keras.
        activation: Name of an activation, such as `"relu"` or `"softmax"`, `None` (none), or any
            function of a tensor.
        kernel_initializer: Name of an initializer (see `initializers.get`), or an object that is
            called with a shape and a dtype. `b` starts at zero.
        kernel_regularizer: A function from `W` to a scalar penalty (see `regularizers`), or `None`.
        activity_regularizer: Likewise, of the outputs; divided by the number of samples `B`.
        kernel_constraint: A function from `W` to an allowed one (see `constraints`), or `None`.
        bias_constraint: Likewise, of `b`.
        seed: Integer for the initializer; `None` draws one.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

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

    arguments = (
        *("input_size", "output_size", "activation", "kernel_regularizer", "activity_regularizer"),
        *("kernel_constraint", "bias_constraint", "dtype"),
    )

    def __init__(
        self,
        input_size: int,
        output_size: int,
        activation: str | Activation | None = None,
        *,
        kernel_initializer: str | initializers.Initializer = "glorot_uniform",
        kernel_regularizer: Regularizer | None = None,
        activity_regularizer: Regularizer | None = None,
        kernel_constraint: Constraint | None = None,
        bias_constraint: Constraint | None = None,
        seed: int | None = None,
        dtype: str = "float32",
    ) -> None:
        self.input_size = checks.positive_integer("input_size", input_size)
        self.output_size = checks.positive_integer("output_size", output_size)
        self.takes = (self.input_size,)
        self.activation = activation_of(activation)
        self.kernel_regularizer = checks.regularizer("kernel_regularizer", kernel_regularizer)
        self.activity_regularizer = checks.regularizer("activity_regularizer", activity_regularizer)
        self.activity_penalty: tf.Tensor | None = None  # that of the latest outputs
        self.kernel_constraint = checks.constraint("kernel_constraint", kernel_constraint)
        self.bias_constraint = checks.constraint("bias_constraint", bias_constraint)
        self.dtype, dtype = checks.dtype_policy(dtype), checks.variable_dtype(dtype)
        initializer = initializers.get(kernel_initializer, seed)
        W, b = initializer((input_size, output_size), dtype=dtype), tf.zeros((output_size,), dtype)
        self.W = tf.Variable(W, name="kernel", constraint=kernel_constraint)
        self.b = tf.Variable(b, name="bias", constraint=bias_constraint)

    @property
    def losses(self) -> list[tf.Tensor]:
        """The penalties of `W` and of the latest outputs, of those that have a regularizer."""
        return penalties.of(self)

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute the outputs `(B, units)` for inputs `(B, d)`."""
        outputs = self.affine(inputs)  # (B, units)
        return outputs if self.activation is None else self.activation(outputs)

    @penalties.noted
    def affine(self, inputs: tf.Tensor) -> tf.Tensor:
        """`x · W + b`: what the activation is applied to, `(B, units)`."""
        inputs, W, b = self.cast(inputs, self.W, self.b)
        self.check_inputs(inputs.shape)
        return tf.matmul(inputs, W) + b

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(units,)`, for samples of shape `(d,)`."""
        self.check_inputs((None, *input_shape))
        return (self.output_size,)


class NaiveActivation(NaiveLayer):
    """`activation(x)`: an activation as a layer of its own.

    Args:
        activation: Name of an activation, such as `"relu"`, or any function of a tensor.

    Raises:
        ValueError: for an unknown name.

    Example:
        >>> NaiveActivation("relu")(tf.constant([-1.0, 2.0])).numpy()
        array([0., 2.], dtype=float32)
    """

    arguments = ("activation",)

    def __init__(self, activation: str | Activation) -> None:
        self.activation = activation_of(activation)

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute outputs of the shape of the inputs."""
        return inputs if self.activation is None else self.activation(inputs)

    def affine(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return the inputs unchanged."""
        return inputs


class NaiveFlatten(NaiveLayer):
    """`reshape(x, (B, -1))`: each sample becomes one row.

    Example:
        >>> NaiveFlatten()(tf.zeros((128, 7, 7, 64))).shape
        TensorShape([128, 3136])
    """

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute outputs `(B, features)`."""
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


class NaiveReshape(NaiveLayer):
    """`reshape(x, (B, *target_shape))`: the same numbers in the same order, in other axes.

    Args:
        target_shape: The lengths of one sample's new axes; one of them may be -1, which is worked
            out from the others.

    Raises:
        ValueError: for lengths out of range, or inputs of another number of elements.

    Example:
        >>> NaiveReshape((28, 28, -1))(tf.zeros((128, 784))).shape
        TensorShape([128, 28, 28, 1])
    """

    arguments = ("target_shape",)

    def __init__(self, target_shape: Sequence[int]) -> None:
        self.target_shape = checks.target_shape(target_shape)

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute outputs `(B, *target_shape)`."""
        inputs = as_floats(inputs)
        checks.layer_inputs("NaiveReshape", tuple(inputs.shape[:1]), ())
        shape = self.output_shape(tuple(inputs.shape[1:]))
        lengths = [-1 if length is None else length for length in shape]
        return tf.reshape(inputs, (tf.shape(inputs)[0], *lengths))

    def output_shape(self, input_shape: Shape) -> Shape:
        """`target_shape`, with its -1 worked out; that is `None` for inputs of unknown size."""
        known = [length for length in input_shape if length is not None]
        if len(known) < len(input_shape):
            return tuple(None if length == -1 else length for length in self.target_shape)
        return checks.new_shape(tuple(known), self.target_shape)
