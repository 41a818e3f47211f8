"""Gradients of what Keras computes: by differences, by hand with `keras.ops`, by TensorFlow's tape.

`numerical_gradient` and `mlp_backward` run on each backend, the tape on TensorFlow's only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.seeds import gaussian_noise
from kerasfoundations.loop import line_fits, minima
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import optimizers

__all__ = [
    "coordinate_search",
    "descend",
    "mlp_backward",
    "numerical_gradient",
    "saddle",
    "styblinski_tang",
    "tape_gradient",
    "tape_gradients",
    "tape_gradients_of_each",
    "tape_second_derivative",
]


def numerical_gradient(function: Callable[[Any], Any], x: Any, step: float = 1e-6) -> np.ndarray:
    """Take central differences of a function of `keras.ops`, one for each element of `x`.

    Args:
        function: From a float64 tensor of the shape of `x` to a scalar. (JAX has float64 only if
            `jax_enable_x64` is set; otherwise a step of 1e-2 suits it.)

    Example:
        >>> numerical_gradient(lambda x: keras.ops.sum(x**2), [1.0, -3.0]).round(6)
        array([ 2., -6.])
    """
    checks.function("function", function)
    step = checks.positive_number("step", step)
    x = np.array(checks.real_array("x", x), dtype="float64")
    checks.finite("x", x)

    def height(at: np.ndarray) -> float:
        value = function(keras.ops.convert_to_tensor(at, "float64"))
        return checks.one_number("function", keras.ops.convert_to_numpy(value))

    directions = np.eye(x.size).reshape(x.size, *x.shape)  # 1 at one place, elsewhere 0
    slopes = [(height(x + step * d) - height(x - step * d)) / (2 * step) for d in directions]
    return np.reshape(slopes, x.shape)


def mlp_backward(
    weights: Sequence[Any], x: Any, y: Any, activation: str = "relu"
) -> tuple[float, list[np.ndarray]]:
    """Backpropagate through a dense network by hand: `keras.ops` on tensors, no tape.

    `∂loss/∂W = aᵀ·δ` and `∂loss/∂b = Σ δ`, from the last layer to the first, and for the previous
    layer `δ = (δ·Wᵀ) · activation'(z)`. The tape of a backend takes the same steps.

    Args:
        weights: `[W1, b1, W2, b2, …]`, as `model.get_weights()` returns them.

    Example:
        >>> W, b = np.zeros((2, 2)), np.zeros(2)
        >>> loss, gradients = mlp_backward([W, b], [[1.0, 2.0]], [1])
        >>> round(loss, 4), gradients[1]
        (0.6931, array([ 0.5, -0.5]))
    """
    ops = keras.ops
    checks.known_name("activation", activation, ("relu", "sigmoid"))
    kernels, biases, x = checks.dense_network(weights, x)
    y = checks.as_one_hot(y, len(x), kernels[-1].shape[1])  # (B, k)
    x, y = ops.convert_to_tensor(x), ops.convert_to_tensor(y.astype(x.dtype))
    kernels, biases = (list(map(ops.convert_to_tensor, part)) for part in (kernels, biases))
    activate = ops.relu if activation == "relu" else ops.sigmoid
    inputs = [x]  # of each layer: (B, d), (B, units), …
    for w, b in zip(kernels[:-1], biases[:-1], strict=True):
        inputs.append(activate(ops.matmul(inputs[-1], w) + b))  # (B, units)
    log_p = ops.log_softmax(ops.matmul(inputs[-1], kernels[-1]) + biases[-1])  # (B, k)
    delta = (ops.exp(log_p) - y) / len(x)  # (B, k)
    gradients: list[Any] = []
    for a, w in zip(reversed(inputs), reversed(kernels), strict=True):
        gradients = [ops.matmul(ops.transpose(a), delta), ops.sum(delta, axis=0), *gradients]
        slope = ops.cast(a > 0, a.dtype) if activation == "relu" else a * (1 - a)
        delta = ops.matmul(delta, ops.transpose(w)) * slope  # (B, d), of the previous layer
    loss = -ops.mean(ops.sum(y * log_p, axis=1))
    return float(loss), [ops.convert_to_numpy(gradient) for gradient in gradients]


def descend(
    function: Callable[[Any], Any],
    start: Any,
    optimizer: Any,
    steps: int,
    *,
    noise: float = 0.0,
    seed: int = 0,
    tolerance: float = 0.0,
    target: float | None = None,
) -> np.ndarray:
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
    noises = gaussian_noise((steps, *point.shape), noise, seed)  # (steps, d)
    ends = minima.stop_rule(tolerance, target)

    def value_and_slopes() -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            value = _scalar(function(point.value))
        return value, _connected(tape.gradient(value, point.value), "x")

    value_and_slopes()  # report a wrong function before compiling anything
    measure = tf.function(value_and_slopes)
    move = tf.function(lambda slopes: optimizer.apply([slopes], [point]))

    path = []
    for added in [*noises, None]:
        value, slopes = measure()
        path.append([*keras.ops.convert_to_numpy(point), float(value)])
        if added is None or ends(float(value), keras.ops.convert_to_numpy(slopes)):
            break
        move(slopes + added)
    return line_fits.refuse_infinite(np.array(path))


def coordinate_search(
    function: Callable[[Any], Any], start: Any, change: float, steps: int
) -> np.ndarray:
    """Keep the better of `w + h` and `w - h` for one coefficient after the other: no tape.

    Args:
        function: From a float64 tensor `(d,)` to a scalar, of `keras.ops`.

    Example:
        >>> def loss(w):  # 0.5 at the start, 0.6 above it, 0.4 below it
        ...     return 0.5 + 2 * (w[0] - 0.3)
        >>> coordinate_search(loss, [0.3], change=0.05, steps=1)
        array([[0.3 , 0.5 ],
               [0.25, 0.4 ]])

    Source: Chollet, Deep Learning with Python, 2nd edition, chapter 2.
    """
    checks.function("function", function)
    change, steps = (
        checks.positive_number("change", change),
        checks.positive_integer("steps", steps),
    )
    point = checks.point(start)

    def height(w: np.ndarray) -> float:
        return float(_scalar(function(keras.ops.convert_to_tensor(w))))

    path = [[*point, checks.finite_start(height(point))]]
    for _ in range(steps):
        value = path[-1][-1]
        for axis in range(len(point)):
            by = change * (np.arange(len(point)) == axis)  # (d,): h at one place
            choices = [(value, point), *((height(w), w) for w in (point + by, point - by))]
            value, point = min(choices, key=lambda choice: choice[0])
        path.append([*point, value])
    return np.array(path)


def saddle(x: Any) -> Any:
    """Compute `x₁² - x₂²` with `keras.ops.square`.

    Example:
        >>> [float(height) for height in saddle([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])]
        [1.0, 0.0, -1.0]
    """
    x = checks.tensor("x", x, keras.ops.convert_to_tensor, real=True)  # (..., 2)
    checks.coordinates(tuple(x.shape), 2)
    return keras.ops.square(x[..., 0]) - keras.ops.square(x[..., 1])  # (...)


def styblinski_tang(x: Any) -> Any:
    """Compute `½ · sum(x⁴ - 16·x² + 5·x)` with `keras.ops.sum` over the last axis.

    Example:
        >>> round(float(styblinski_tang([-2.9035, -2.9035])), 2)
        -78.33

    Source: Styblinski and Tang, Experiments in nonconvex optimization, Neural Networks 1990.
    """
    x = checks.tensor("x", x, keras.ops.convert_to_tensor, real=True)  # (..., d)
    checks.coordinates(tuple(x.shape))
    x = x if "float" in keras.backend.standardize_dtype(x.dtype) else keras.ops.cast(x, "float32")
    return keras.ops.sum(x**4 - 16 * x**2 + 5 * x, axis=-1) / 2  # (...)


def _scalar(value: Any) -> Any:
    value = keras.ops.convert_to_tensor(value)
    checks.scalar(value)
    return value


def tape_gradient(function: Callable[[Any], Any], x: Any) -> np.ndarray:
    """Compute `∂f/∂x` by `tf.GradientTape`, which must `watch` what is not a variable.

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
    """Compute `∂f/∂v` for each `keras.Variable`, such as a weight, by `tf.GradientTape`.

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
    """Compute `∂f₁/∂x, ∂f₂/∂x, …` for several results, by `tf.GradientTape(persistent=True)`.

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
    """Compute `∂²f/∂x²`, element by element: one `tf.GradientTape` inside another.

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
