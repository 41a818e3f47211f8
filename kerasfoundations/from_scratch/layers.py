"""The dense layer and its activations."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch import initializers

__all__ = ["NaiveDense", "relu", "sigmoid", "softmax"]

Activation = Callable[[tf.Tensor], tf.Tensor]
Regularizer = Callable[[tf.Tensor], tf.Tensor]


def relu(x: tf.Tensor) -> tf.Tensor:
    """`max(x, 0)`.

    TensorFlow's own relu, because its slope at exactly 0 is 0, as Keras has it; that of
    `tf.maximum(x, 0)` is 1.

    Example:
        >>> relu(tf.constant([-1.0, 0.0, 2.0])).numpy()
        array([0., 0., 2.], dtype=float32)
    """
    return tf.nn.relu(x)


def sigmoid(x: tf.Tensor) -> tf.Tensor:
    """`1 / (1 + exp(-x))`.

    TensorFlow's own, because the formula as it stands overflows for large negative `x`.

    Example:
        >>> sigmoid(tf.constant([-1000.0, 0.0, 1000.0])).numpy()
        array([0. , 0.5, 1. ], dtype=float32)
    """
    return tf.sigmoid(x)


def softmax(x: tf.Tensor) -> tf.Tensor:
    """`exp(x) / sum(exp(x))` over the last axis.

    The largest value is taken off first: the quotient stays the same and no exponential overflows.

    Example:
        >>> softmax(tf.constant([[0.0, 0.0], [1000.0, 0.0]])).numpy()
        array([[0.5, 0.5],
               [1. , 0. ]], dtype=float32)
    """
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


class NaiveDense:
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
        weights: The list `[W, b]`.
        losses: What `W` costs: a list with the penalty, empty without a regularizer.

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
        self.activation = _activation(activation)
        self.kernel_regularizer = kernel_regularizer
        dtype = checks.float_dtype(dtype)
        if isinstance(kernel_initializer, str):
            kernel_initializer = initializers.get(kernel_initializer, seed)
        self.W = tf.Variable(kernel_initializer((input_size, output_size), dtype=dtype), name="W")
        self.b = tf.Variable(tf.zeros((output_size,), dtype), name="b")

    @property
    def weights(self) -> list[tf.Variable]:
        """`[W, b]`."""
        return [self.W, self.b]

    @property
    def losses(self) -> list[tf.Tensor]:
        """The penalty of `W`, in a list that is empty without a regularizer."""
        return [self.kernel_regularizer(self.W)] if self.kernel_regularizer else []

    def __call__(self, inputs: tf.Tensor) -> tf.Tensor:
        """The layer's outputs `(B, units)` for inputs `(B, d)`."""
        outputs = self.affine(inputs)  # (B, units)
        return outputs if self.activation is None else self.activation(outputs)

    def affine(self, inputs: tf.Tensor) -> tf.Tensor:
        """`x · W + b`: what the activation is applied to, `(B, units)`."""
        inputs = tf.cast(inputs, self.W.dtype)
        if inputs.shape.rank != 2 or inputs.shape[1] != self.input_size:
            raise ValueError(
                f"the layer takes inputs of shape (B, {self.input_size}), received "
                f"{tuple(inputs.shape)}: reshape the inputs, or build the layer for them "
                "(input_size=...)."
            )
        return tf.matmul(inputs, self.W) + self.b


def _activation(activation: str | Activation | None) -> Activation | None:
    if activation is None or callable(activation):
        return _ALIASES.get(activation, activation)
    return ACTIVATIONS[checks.known_name("activation", activation, ACTIVATIONS)]
