"""The simple recurrent layer: one step after the other, with a memory."""

from __future__ import annotations

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.from_scratch import initializers
from kerasfoundations.from_scratch.layers.activations import Activation, activation_of
from kerasfoundations.from_scratch.layers.affine import AffineLayer
from kerasfoundations.from_scratch.layers.base import Shape


class NaiveSimpleRNN(AffineLayer):
    """`h[t] = activation(x[t] · W + h[t-1] · U + b)`, with `h[-1] = 0`.

    The same weights serve every step; the state `h` is all that a step knows of those before it.
    Inputs are `(B, T, d)`; outputs `(B, units)`, or `(B, T, units)` of all steps.

    Args:
        input_size: Number of inputs `d` of each step.
        units: Length of the state `h`.
        activation: Name of an activation, `None` (none), or any function of a tensor.
        return_sequences: Whether the outputs are the states of all steps; if not, the last one.
        use_bias: Whether `b` is added.
        kernel_initializer: Name of the initializer of `W` (see `initializers.get`), or an object
            that is called with a shape and a dtype. `b` starts at zero.
        recurrent_initializer: Likewise of `U`; an orthogonal one keeps the length of `h · U`.
        seed: Integer for the initializers; `None` draws one.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

    Attributes:
        W: Variable `(d, units)`.
        U: Variable `(units, units)`.
        b: Variable `(units,)`, `None` without bias.

    Raises:
        ValueError: for a size below 1, an unknown name, or inputs of another shape.

    Example:
        The rows of an image, from the top to the bottom:

        >>> layer = NaiveSimpleRNN(28, 64, seed=0)
        >>> layer(tf.zeros((128, 28, 28))).shape
        TensorShape([128, 64])

    Source: Elman, Finding structure in time, Cognitive Science, 1990.
    """

    arguments = ("input_size", "units", "activation", "return_sequences", "use_bias", "dtype")
    if_false = ("use_bias",)

    def __init__(
        self,
        input_size: int,
        units: int,
        activation: str | Activation | None = "tanh",
        *,
        return_sequences: bool = False,
        use_bias: bool = True,
        kernel_initializer: str | initializers.Initializer = "glorot_uniform",
        recurrent_initializer: str | initializers.Initializer = "orthogonal",
        seed: int | None = None,
        dtype: str = "float32",
    ) -> None:
        self.input_size = checks.positive_integer("input_size", input_size)
        self.units = checks.positive_integer("units", units)
        self.takes = (None, self.input_size)
        self.activation = activation_of(activation)
        self.return_sequences = checks.flag("return_sequences", return_sequences)
        self.use_bias = checks.flag("use_bias", use_bias)
        self.dtype, dtype = checks.dtype_policy(dtype), checks.variable_dtype(dtype)
        seeds = (None, None) if seed is None else layer_seeds(seed, 2)
        W = initializers.get(kernel_initializer, seeds[0])((input_size, units), dtype=dtype)
        U = initializers.get(recurrent_initializer, seeds[1])((units, units), dtype=dtype)
        self.W = tf.Variable(W, name="kernel")
        self.U = tf.Variable(U, name="recurrent_kernel")
        self.b = tf.Variable(tf.zeros((units,), dtype), name="bias") if use_bias else None

    def affine(self, inputs: tf.Tensor) -> tf.Tensor:
        """`x[t] · W + h[t-1] · U + b` of the last step, or of all: what is activated."""
        inputs, W, U, b = self.cast(inputs, self.W, self.U, 0.0 if self.b is None else self.b)
        self.check_inputs(inputs.shape)
        checks.steps(type(self).__name__, inputs.shape[1])
        h, sums = tf.zeros((tf.shape(inputs)[0], self.units), inputs.dtype), []
        for x in tf.unstack(inputs, axis=1):  # (B, d), one step after the other
            z = tf.matmul(x, W) + b + tf.matmul(h, U)  # (B, units)
            h = z if self.activation is None else self.activation(z)
            sums.append(z)
        return tf.stack(sums, axis=1) if self.return_sequences else z

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(units,)`, or `(T, units)` of all steps, for samples of shape `(T, d)`."""
        self.check_inputs((None, *input_shape))
        return (input_shape[0], self.units) if self.return_sequences else (self.units,)
