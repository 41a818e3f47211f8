"""Activations: relu, sigmoid, softmax."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses import as_floats

Activation = Callable[[tf.Tensor], tf.Tensor]


def relu(x: tf.Tensor) -> tf.Tensor:
    """`max(x, 0)`.

    TensorFlow's own relu, because its slope at exactly 0 is 0, as in Keras; that of
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

    TensorFlow's own, because the plain formula overflows for large negative `x`.

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
    largest = tf.stop_gradient(tf.reduce_max(x, axis=-1, keepdims=True))  # (..., 1)
    exponentials = tf.exp(x - largest)  # (..., k)
    return exponentials / tf.reduce_sum(exponentials, axis=-1, keepdims=True)


ACTIVATIONS: dict[str, Activation] = {"relu": relu, "sigmoid": sigmoid, "softmax": softmax}


# TensorFlow's own functions, as books pass them: the same activations under other names.
ALIASES = {
    tf.nn.relu: relu,
    tf.nn.sigmoid: sigmoid,
    tf.sigmoid: sigmoid,
    tf.nn.softmax: softmax,
}


def activation_of(activation: str | Activation | None) -> Activation | None:
    """Return the activation of that name; a function or `None` is returned as is."""
    checks.no_class("activation", activation)
    if activation is None or callable(activation):
        return ALIASES.get(activation, activation)
    return ACTIVATIONS[checks.known_name("activation", activation, ACTIVATIONS)]


def activation_name(activation: Activation | None) -> str | None:
    """Return the name under which an activation is stored."""
    names = {function: name for name, function in ACTIVATIONS.items()}
    if activation is not None and activation not in names:
        raise ValueError(
            f"cannot store the activation {activation!r}: use one of {sorted(ACTIVATIONS)} or None."
        )
    return names[activation] if activation else None
