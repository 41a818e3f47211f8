"""Activations: relu, and those that bound their outputs; all activations by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.layers.rectifiers import (
    elu,
    gelu,
    leaky_relu,
    selu,
    silu,
    softplus,
)
from kerasfoundations.from_scratch.losses import as_floats

Activation = Callable[[tf.Tensor], tf.Tensor]


def relu(x: tf.Tensor) -> tf.Tensor:
    """`max(x, 0)`.

    Slope: 1 above 0, else 0. TensorFlow's own relu, because its slope at exactly 0 is 0, as in
    Keras; that of `tf.maximum(x, 0)` is 1.

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
    """`σ(x) = 1 / (1 + exp(-x))`.

    Slope: `σ(x)·(1 - σ(x))`. TensorFlow's own, because the plain formula overflows for large
    negative `x`.

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

    The largest value is subtracted first: the quotient stays the same and no exponential overflows.
    Slope of output `i` for input `j`: `p[i]·((i = j) - p[j])`.

    Args:
        x: Tensor of floats `(..., k)`.

    Returns:
        Tensor of the same shape and dtype; along the last axis the values sum to 1.

    Raises:
        ValueError: for a tensor without axes.

    Example:
        >>> softmax(tf.constant([[0.0, 0.0], [1000.0, 0.0]])).numpy()
        array([[0.5, 0.5],
               [1. , 0. ]], dtype=float32)
    """
    x = as_floats(x)
    checks.last_axis(x.shape)
    if x.dtype.size < 4:  # TensorFlow adds up in float32 but, as Keras, takes slopes in 16 bits
        return tf.nn.softmax(x)
    largest = tf.stop_gradient(tf.reduce_max(x, axis=-1, keepdims=True))  # (..., 1)
    exponentials = tf.exp(x - largest)  # (..., k)
    return exponentials / tf.reduce_sum(exponentials, axis=-1, keepdims=True)


def tanh(x: tf.Tensor) -> tf.Tensor:
    """`(exp(x) - exp(-x)) / (exp(x) + exp(-x))`.

    Slope: `1 - tanh(x)²`. TensorFlow's own, because the plain formula overflows.

    Args:
        x: Tensor of floats of any shape.

    Returns:
        Tensor of the same shape and dtype, each value between -1 and 1.

    Example:
        >>> tanh(tf.constant([-1000.0, 0.0, 1.0])).numpy().round(4)
        array([-1.    ,  0.    ,  0.7616], dtype=float32)
    """
    return tf.tanh(as_floats(x))


def softsign(x: tf.Tensor) -> tf.Tensor:
    """`x / (1 + |x|)`.

    Slope: `1 / (1 + |x|)²`.

    Args:
        x: Tensor of floats of any shape.

    Returns:
        Tensor of the same shape and dtype, each value between -1 and 1.

    Example:
        >>> softsign(tf.constant([-1.0, 0.0, 3.0])).numpy()
        array([-0.5 ,  0.  ,  0.75], dtype=float32)
    """
    x = as_floats(x)
    return x / (1 + tf.abs(x))


def exponential(x: tf.Tensor) -> tf.Tensor:
    """`exp(x)`, which is its own slope.

    Args:
        x: Tensor of floats of any shape.

    Returns:
        Tensor of the same shape and dtype, each value above 0; infinite from about 89 on in
        float32, 710 in float64.

    Example:
        >>> exponential(tf.constant([0.0, 1.0])).numpy()
        array([1.       , 2.7182817], dtype=float32)
    """
    return tf.exp(as_floats(x))


def linear(x: tf.Tensor) -> tf.Tensor:
    """`x`: a layer with this activation is one without any.

    Slope: 1.

    Args:
        x: Tensor of floats of any shape.

    Returns:
        The same tensor.

    Example:
        >>> linear(tf.constant([-1.0, 2.0])).numpy()
        array([-1.,  2.], dtype=float32)
    """
    return as_floats(x)


OWN: tuple[Activation, ...] = (
    *(elu, exponential, gelu, leaky_relu, relu, selu, sigmoid, silu),
    *(softmax, softplus, softsign, tanh),
)
# Of two names of one function the last is the one that is stored.
ACTIVATIONS: dict[str, Activation | None] = {"linear": None, "swish": silu}
ACTIVATIONS |= {function.__name__: function for function in OWN}

# TensorFlow's own functions, as books pass them: the same activations under other names.
ALIASES: dict[Any, Activation | None] = {linear: None, tf.exp: exponential}
ALIASES |= {getattr(tf.nn, f.__name__): f for f in OWN if f is not exponential}
ALIASES |= {tf.sigmoid: sigmoid, tf.tanh: tanh}


def activation_of(activation: str | Activation | None) -> Activation | None:
    """Return the activation of that name; a function or `None` is returned as is."""
    checks.no_class("activation", activation)
    if activation is None or callable(activation):
        return ALIASES.get(activation, activation)
    return ACTIVATIONS[checks.known_name("activation", activation, ACTIVATIONS)]
