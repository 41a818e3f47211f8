"""Gradients of what Keras computes, by TensorFlow's tape: with Keras's TensorFlow backend only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.loop import line_fits
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import optimizers

__all__ = [
    "descend",
    "tape_gradient",
    "tape_gradients",
    "tape_gradients_of_each",
    "tape_second_derivative",
]


def descend(function: Callable[[Any], Any], start: Any, optimizer: Any, steps: int) -> np.ndarray:
    """Walk downhill on a function: slopes by `tf.GradientTape`, steps by `optimizer.apply`.

    Args:
        optimizer: A new Keras optimizer, or a name. Its learning rate is as exact as
            `keras.config.floatx()` was when it was made.

    Example:
        >>> sgd = keras.optimizers.SGD(learning_rate=0.25)
        >>> descend(lambda x: keras.ops.sum(x**2), [1.0], sgd, steps=2)
        array([[1.    , 1.    ],
               [0.5   , 0.25  ],
               [0.25  , 0.0625]])
    """
    _check_backend()
    checks.function("function", function)
    steps = checks.positive_integer("steps", steps)
    point = keras.Variable(checks.point(start), dtype="float64")
    optimizer = optimizers.get(optimizer)
    optimizers.check_variables(optimizer, [point])
    optimizer.build([point])

    def value_and_slopes() -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            value = _scalar(function(point.value))
        return value, _connected(tape.gradient(value, point.value), "x")

    @tf.function
    def step() -> Any:
        value, slopes = value_and_slopes()
        optimizer.apply([slopes], [point])
        return value

    value_and_slopes()  # report a wrong function before compiling anything

    path = []
    for _ in range(steps):
        before = keras.ops.convert_to_numpy(point)
        path.append([*before, float(step())])
    path.append([*keras.ops.convert_to_numpy(point), float(_scalar(function(point.value)))])
    return line_fits.refuse_infinite(np.array(path))


def _scalar(value: Any) -> Any:
    value = keras.ops.convert_to_tensor(value)
    checks.scalar(value)
    return value


def tape_gradient(function: Callable[[Any], Any], x: Any) -> np.ndarray:
    """`∂f/∂x` by `tf.GradientTape`, which must `watch` what is not a variable.

    Example:
        >>> tape_gradient(keras.ops.square, [[1.0, 2.0], [3.0, 4.0]])
        array([[2., 4.],
               [6., 8.]], dtype=float32)
    """
    checks.function("function", function)
    x = _floats(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        result = keras.ops.convert_to_tensor(function(x))
    return keras.ops.convert_to_numpy(_connected(tape.gradient(result, x), "x"))


def tape_gradients(
    function: Callable[[], Any], variables: Sequence[keras.Variable]
) -> list[np.ndarray]:
    """`∂f/∂v` for each `keras.Variable`, such as `trainable_weights`, by `tf.GradientTape`.

    Args:
        variables: `keras.Variable`s.

    Example:
        >>> layer = keras.layers.Dense(3)
        >>> layer.build((None, 2))
        >>> x = keras.ops.ones((1, 2))
        >>> gradients = tape_gradients(lambda: layer(x), layer.trainable_weights)
        >>> [gradient.shape for gradient in gradients]
        [(2, 3), (3,)]
    """
    _check_backend()
    checks.function("function", function)
    variables = checks.variables(variables, keras.Variable)
    with tf.GradientTape() as tape:
        for variable in variables:
            tape.watch(variable.value)  # by itself the tape records trainable ones only
        result = keras.ops.convert_to_tensor(function())
    gradients = tape.gradient(result, [variable.value for variable in variables])
    pairs = zip(gradients, variables, strict=True)
    return [keras.ops.convert_to_numpy(_connected(g, v.path)) for g, v in pairs]


def tape_gradients_of_each(function: Callable[[Any], Sequence[Any]], x: Any) -> list[np.ndarray]:
    """`∂f₁/∂x, ∂f₂/∂x, …` for several results, by `tf.GradientTape(persistent=True)`.

    A tape forgets what it recorded when it is asked for a gradient, and records nothing outside its
    `with` block. A persistent one may be asked again; it is dropped afterwards to free its memory.

    Example:
        >>> [float(g) for g in tape_gradients_of_each(lambda x: [x**2, x**2 * x], 3.0)]
        [6.0, 27.0]
    """
    checks.function("function", function)
    x = _floats(x)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        results = [keras.ops.convert_to_tensor(result) for result in checks.results(function(x))]
    gradients = [_connected(tape.gradient(result, x), "x") for result in results]
    del tape
    return [keras.ops.convert_to_numpy(gradient) for gradient in gradients]


def tape_second_derivative(function: Callable[[Any], Any], x: Any) -> np.ndarray:
    """`∂²f/∂x²`, element by element: one `tf.GradientTape` inside another.

    Example:
        >>> float(tape_second_derivative(lambda t: 4.9 * keras.ops.square(t), 3.0))
        9.800000190734863
    """
    checks.function("function", function)
    x = _floats(x)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            result = keras.ops.convert_to_tensor(function(x))
        slope = _connected(inner.gradient(result, x), "x")
    second = outer.gradient(slope, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return keras.ops.convert_to_numpy(second)


def _check_backend() -> None:
    checks.tensorflow_backend("TensorFlow's tape", keras.backend.backend())


def _floats(x: Any) -> Any:
    """Return a tensor that a tape can watch: slopes of integers are not defined."""
    _check_backend()
    x = checks.tensor("x", x, keras.ops.convert_to_tensor, real=True)
    return x if x.dtype.is_floating else keras.ops.cast(x, "float32")


def _connected(gradient: Any, name: str) -> Any:
    if gradient is None:
        raise ValueError(
            f"the result does not depend on {name!r}, so there is no gradient: use it in the "
            "function (a value taken out with .numpy() or float() is cut off from the tape), or "
            "leave it out."
        )
    return tf.convert_to_tensor(gradient)  # those of tf.gather come in slices


complete_docstrings(__name__)
