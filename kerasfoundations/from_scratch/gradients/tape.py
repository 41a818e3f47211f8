"""Gradients by TensorFlow's tape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses import as_floats


def tape_gradient(function: Callable[[tf.Tensor], tf.Tensor], x: Any) -> np.ndarray:
    """`∂f/∂x` for a number or an array, by TensorFlow's tape.

    The tape records operations on variables by itself; a constant must be watched, which is done
    here.

    Args:
        function: From a tensor to a tensor; a tensor of several elements counts as their sum.
        x: Number or array; integers are converted to floats.

    Returns:
        Array of the shape of `x`.

    Raises:
        ValueError: when the result does not depend on `x`.

    Example:
        >>> float(tape_gradient(lambda x: 2 * x + 3, 0.0))
        2.0
        >>> tape_gradient(lambda x: x**2, [[1.0, 2.0], [3.0, 4.0]])
        array([[2., 4.],
               [6., 8.]], dtype=float32)
    """
    checks.function("function", function)
    x = as_floats(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        result = tf.convert_to_tensor(function(x))
    return connected(tape.gradient(result, x), "x").numpy()


def tape_gradients(
    function: Callable[[], tf.Tensor], variables: Sequence[tf.Variable]
) -> list[np.ndarray]:
    """`∂f/∂v` for each variable of a list, by TensorFlow's tape.

    Args:
        function: Computes a tensor from the variables; several elements count as their sum.
        variables: `tf.Variable`s.

    Returns:
        One array per variable, of its shape.

    Raises:
        ValueError: when the result does not depend on one of them; the error names it.

    Example:
        >>> W, b = tf.Variable(tf.ones((2, 3)), name="W"), tf.Variable(tf.zeros(3), name="b")
        >>> x = tf.constant([[1.0, 2.0]])
        >>> [gradient.shape for gradient in tape_gradients(lambda: tf.matmul(x, W) + b, [W, b])]
        [(2, 3), (3,)]
    """
    checks.function("function", function)
    variables = checks.variables(variables, tf.Variable)
    with tf.GradientTape() as tape:
        for variable in variables:
            tape.watch(variable)  # by itself the tape records trainable ones only
        result = tf.convert_to_tensor(function())
    gradients = tape.gradient(result, list(variables))
    names = [variable.name.removesuffix(":0") for variable in variables]
    return [connected(g, name).numpy() for g, name in zip(gradients, names, strict=True)]


def tape_gradients_of_each(
    function: Callable[[tf.Tensor], Sequence[tf.Tensor]], x: Any
) -> list[np.ndarray]:
    """`∂f₁/∂x, ∂f₂/∂x, …` for several results of one computation, by a persistent tape.

    A tape forgets what it recorded when it is asked for a gradient, and records nothing outside its
    `with` block. A persistent one may be asked again; it is dropped afterwards to free its memory.

    Args:
        function: From a tensor to a list of tensors.
        x: Number or array.

    Returns:
        One array of the shape of `x` per result.

    Raises:
        ValueError: when one of the results does not depend on `x`.

    Example:
        >>> [float(g) for g in tape_gradients_of_each(lambda x: [x**2, x**2 * x], 3.0)]
        [6.0, 27.0]
    """
    checks.function("function", function)
    x = as_floats(x)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        results = [tf.convert_to_tensor(result) for result in checks.results(function(x))]
    gradients = [connected(tape.gradient(result, x), "x").numpy() for result in results]
    del tape
    return gradients


def tape_second_derivative(function: Callable[[tf.Tensor], tf.Tensor], x: Any) -> np.ndarray:
    """`∂²f/∂x²`, element by element: a tape that watches another tape at work.

    Args:
        function: From a tensor to a tensor, element by element.
        x: Number or array.

    Returns:
        Array of the shape of `x`; 0 where the slope does not change with `x`.

    Raises:
        ValueError: when the result does not depend on `x`.

    Example:
        >>> float(tape_second_derivative(lambda t: 4.9 * t**2, 3.0))
        9.800000190734863
    """
    checks.function("function", function)
    x = as_floats(x)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            result = tf.convert_to_tensor(function(x))
        slope = connected(inner.gradient(result, x), "x")
    second = outer.gradient(slope, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return second.numpy()


def connected(gradient: tf.Tensor | None, name: str) -> tf.Tensor:
    """Return the gradient as a tensor; raise an error if the tape found none."""
    if gradient is None:
        raise ValueError(
            f"the result does not depend on {name!r}, so there is no gradient: use it in the "
            "function (a value taken out with .numpy() or float() is cut off from the tape), or "
            "leave it out."
        )
    return tf.convert_to_tensor(gradient)  # those of tf.gather come in slices
