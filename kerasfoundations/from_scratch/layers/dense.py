"""The dense layer, and layers without weights."""

from __future__ import annotations

import math
from collections.abc import Sequence

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch import initializers
from kerasfoundations.from_scratch.layers import penalties
from kerasfoundations.from_scratch.layers.activations import Activation, activation_of
from kerasfoundations.from_scratch.layers.affine import LIMITS, AffineLayer
from kerasfoundations.from_scratch.layers.base import Constraint, NaiveLayer, Regularizer, Shape
from kerasfoundations.from_scratch.losses import as_floats


class NaiveDense(AffineLayer):
    """`activation(x · W + b)`.

    Args:
        input_size: Number of inputs `d`.
        output_size: Number of outputs, called `units` in Keras.
        activation: Name of an activation, such as `"relu"` or `"softmax"`, `None` (none), or any
            function of a tensor.
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
        W: Variable `(d, units)`.
        b: Variable `(units,)`, `None` without bias.

    Raises:
        ValueError: for a size below 1, an unknown name, or inputs of another width.

    Example:
        >>> layer = NaiveDense(784, 512, activation="relu", seed=0)
        >>> layer(tf.zeros((128, 784))).shape
        TensorShape([128, 512])

    Source: Chollet, Deep Learning with Python, 2nd edition, chapter 2.
    """

    arguments = ("input_size", "output_size", "activation", *LIMITS)
    if_false = ("use_bias",)

    def __init__(
        self,
        input_size: int,
        output_size: int,
        activation: str | Activation | None = None,
        *,
        use_bias: bool = True,
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
        self.takes, shape = (self.input_size,), (self.input_size, self.output_size)
        self.activation = activation_of(activation)
        self.penalize(kernel_regularizer, activity_regularizer)
        start = initializers.get(kernel_initializer, seed)
        limits = kernel_constraint, bias_constraint
        self.make_weights(shape, start, use_bias, dtype, *limits)

    @penalties.noted
    def affine(self, inputs: tf.Tensor) -> tf.Tensor:
        """`x · W + b`: what the activation is applied to, `(B, units)`."""
        inputs, W = self.cast(inputs, self.W)
        self.check_inputs(inputs.shape)
        z = tf.matmul(inputs, W)  # (B, units)
        return z if self.b is None else z + tf.cast(self.b, z.dtype)

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
        ValueError: for lengths out of range, or inputs of a different number of elements.

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
