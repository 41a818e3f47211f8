"""Gradients three ways: by differences, by hand on a graph you can see, by TensorFlow's tape."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch import optimizers
from kerasfoundations.graph import Graph, Node
from kerasfoundations.loop import line_fits

__all__ = [
    "Value",
    "batch_normalization_backward",
    "conv2d_backward",
    "descend",
    "max_pooling2d_backward",
    "mlp_backward",
    "numerical_gradient",
    "tape_gradient",
    "tape_gradients",
    "tape_gradients_of_each",
    "tape_second_derivative",
]


def numerical_gradient(
    function: Callable[[np.ndarray], Any], x: Any, step: float = 1e-6
) -> np.ndarray:
    """`(f(x + h) - f(x - h)) / 2h` for each element of `x`: central differences.

    The error shrinks with `h²` until rounding takes over; in float64 about nine digits are right.

    Args:
        function: From a float64 array of the shape of `x` to a number.
        x: Where the slopes are wanted; it is not changed.
        step: `h`, above 0.

    Returns:
        float64 array of the shape of `x`: how fast the function grows with each element.

    Raises:
        ValueError: when the function gives something else than one number, or the step is not above
            0.

    Example:
        >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, -3.0]).round(6)
        array([ 2., -6.])
    """
    checks.function("function", function)
    step = checks.positive_number("step", step)
    x = np.array(checks.real_array("x", x), dtype="float64")  # a copy
    checks.finite("x", x)
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        value = x[index]
        x[index] = value + step
        above = _number(function(x.copy()))
        x[index] = value - step
        below = _number(function(x.copy()))
        x[index] = value
        gradient[index] = (above - below) / (2 * step)
    return gradient


def _number(value: Any) -> float:
    found = checks.real_array("the function's value", value)
    if found.size != 1:
        raise ValueError(
            f"the function must give one number, received shape {found.shape}: "
            "sum or average its values."
        )
    return float(found.reshape(()))


class Value:
    """A number that remembers how it was computed, and so knows its slopes.

    Each operation makes a new node that keeps its inputs and, for each, the local slope
    `∂output/∂input`. Going back from the last node, the chain rule multiplies the slopes along
    every path and adds up the paths.

    Args:
        data: The number.
        label: What to call it in a drawing.

    Attributes:
        data: The number, a Python float.
        grad: `∂(the value that backward was called on) / ∂(this value)`; 0 before.
        label: As given.

    Example:
        >>> x, w, b = Value(3.0), Value(2.0), Value(1.0)
        >>> loss = abs(4.0 - (x * w + b))
        >>> loss.backward()
        >>> loss.data, x.grad, w.grad, b.grad
        (3.0, 2.0, 3.0, 1.0)

    Source: the idea is micrograd's; Goodfellow, Bengio and Courville, Deep Learning, section 6.5.
    """

    def __init__(self, data: float, label: str = "") -> None:
        self.data = checks.number("data", data)
        self.grad = 0.0
        self.label = label
        self.operation = ""
        self._inputs: tuple[tuple[Value, float], ...] = ()  # each with its local slope

    def __add__(self, other: Value | float) -> Value:
        """`a + b`; slopes 1 and 1."""
        other = _value(other)
        return _made("+", self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other: Value | float) -> Value:
        """`a · b`; slopes `b` and `a`."""
        other = _value(other)
        return _made("×", self.data * other.data, (self, other.data), (other, self.data))

    def __sub__(self, other: Value | float) -> Value:
        """`a - b`; slopes 1 and -1."""
        other = _value(other)
        return _made("-", self.data - other.data, (self, 1.0), (other, -1.0))

    def __truediv__(self, other: Value | float) -> Value:
        """`a / b`; slopes `1/b` and `-a/b²`."""
        other = _value(other)
        if other.data == 0:
            raise ZeroDivisionError(
                f"division by a Value of 0, received {self.data} / 0: keep the divisor away from 0."
            )
        quotient = self.data / other.data
        return _made("/", quotient, (self, 1 / other.data), (other, -quotient / other.data))

    def __pow__(self, exponent: float) -> Value:
        """`aⁿ` for a number `n`; slope `n·aⁿ⁻¹`, infinite where that has no bound."""
        if not isinstance(exponent, numbers.Real):
            raise TypeError(f"the exponent must be a number, received {type(exponent).__name__}.")
        n = float(exponent)
        if self.data < 0 and not n.is_integer():
            raise ValueError(f"{self.data} has no real power {n:g}: the base must not be negative.")
        return _made(f"^{n:g}", self.data**n, (self, _power_slope(self.data, n)))

    def __neg__(self) -> Value:
        """`-a`; slope -1."""
        return _made("neg", -self.data, (self, -1.0))

    def __abs__(self) -> Value:
        """`|a|`; slope the sign of `a`, 0 at 0."""
        return _made("abs", abs(self.data), (self, float(np.sign(self.data))))

    def relu(self) -> Value:
        """`max(a, 0)`; slope 1 above 0, else 0."""
        return _made("relu", max(self.data, 0.0), (self, float(self.data > 0)))

    def exp(self) -> Value:
        """`eᵃ`; slope `eᵃ`."""
        result = math.exp(self.data)
        return _made("exp", result, (self, result))

    def log(self) -> Value:
        """The natural logarithm; slope `1/a`.

        Raises:
            ValueError: for 0 or less.
        """
        if self.data <= 0:
            raise ValueError(
                f"received the logarithm of {self.data}, expected a number above 0: add a small "
                "number first."
            )
        return _made("log", math.log(self.data), (self, 1 / self.data))

    def __radd__(self, other: float) -> Value:
        """A number plus a value."""
        return _value(other) + self

    def __rmul__(self, other: float) -> Value:
        """A number times a value."""
        return _value(other) * self

    def __rsub__(self, other: float) -> Value:
        """A number minus a value."""
        return _value(other) - self

    def __rtruediv__(self, other: float) -> Value:
        """A number divided by a value."""
        return _value(other) / self

    def backward(self) -> None:
        """Sets `grad` of every value that this one was computed from.

        Every node is visited after all nodes that use it, so that its slope is complete when it is
        passed on. Calling it again gives the same slopes, not twice as much.
        """
        order = self._ordered()
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for source, slope in node._inputs:
                source.grad += node.grad * slope

    def graph(self) -> Graph:
        """The nodes and edges that lead to this value, for a drawing."""
        order = self._ordered()
        number = {id(node): place for place, node in enumerate(order)}
        nodes = [Node(node.label, node.operation, node.data, node.grad) for node in order]
        edges = [
            (number[id(source)], number[id(node)], slope)
            for node in order
            for source, slope in node._inputs
        ]
        return Graph(nodes, edges)

    def _ordered(self) -> list[Value]:
        """All nodes, each after its inputs; with a stack of its own, so any depth will do."""
        order: list[Value] = []
        seen: set[int] = set()
        stack: list[tuple[Value, bool]] = [(self, False)]
        while stack:
            node, inputs_done = stack.pop()
            if inputs_done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((source, False) for source, _ in node._inputs)
        return order

    def __repr__(self) -> str:
        """`Value(2.0)`, with the label where there is one."""
        return f"Value({self.data}{f', {self.label!r}' if self.label else ''})"


def _value(number: Value | float) -> Value:
    return number if isinstance(number, Value) else Value(number)


def _power_slope(base: float, n: float) -> float:
    if n == 0:
        return 0.0
    try:
        return n * base ** (n - 1)
    except (ZeroDivisionError, OverflowError):
        return math.inf


def _made(operation: str, data: float, *inputs: tuple[Value, float]) -> Value:
    result = Value(data)
    result.operation = operation
    result._inputs = inputs
    return result


def mlp_backward(
    weights: Sequence[np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    activation: str = "relu",
) -> tuple[float, list[np.ndarray]]:
    """Backpropagation of a dense network with softmax and cross-entropy, by hand.

    Forward, layer by layer: `z = a·W + b`, `a = activation(z)`. Backward, from the last layer to
    the first, with `δ = ∂loss/∂z`: `∂loss/∂W = aᵀ·δ`, `∂loss/∂b = Σ δ` over the batch, and for the
    layer before `δ = (δ·Wᵀ) · activation'(z)`. At the end softmax and cross-entropy together give
    `δ = (p - y) / B`.

    Args:
        weights: `[W1, b1, W2, b2, …]`, as `get_weights()` gives them; `W` is `(inputs, outputs)`.
        x: Inputs `(B, d)`.
        y: Integer labels `(B,)`, or one-hot labels `(B, k)`.
        activation: Of the hidden layers: `"relu"` or `"sigmoid"`.

    Returns:
        The mean loss of the batch, and the gradients `[∂W1, ∂b1, ∂W2, ∂b2, …]`, each of its
        weight's shape.

    Raises:
        ValueError: for an unknown activation, or weights that do not pair up.

    Example:
        >>> W, b = np.zeros((2, 2)), np.zeros(2)
        >>> loss, gradients = mlp_backward([W, b], np.array([[1.0, 2.0]]), [1])
        >>> round(loss, 4), gradients[1]
        (0.6931, array([ 0.5, -0.5]))

    Source: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors,
        Nature 1986.
    """
    checks.known_name("activation", activation, ("relu", "sigmoid"))
    kernels, biases, x = _as_floats(weights, x)
    y = _as_one_hot(y, len(x), kernels[-1].shape[1])  # (B, k)
    inputs = [x]  # of each layer: (B, d), (B, units), …
    for w, b in zip(kernels[:-1], biases[:-1], strict=True):
        z = inputs[-1] @ w + b  # (B, units)
        inputs.append(np.maximum(z, 0) if activation == "relu" else _sigmoid(z))
    log_p = _log_softmax(inputs[-1] @ kernels[-1] + biases[-1])  # (B, k)
    loss = float(-(y * log_p).sum(axis=1).mean())
    delta = ((np.exp(log_p) - y) / len(x)).astype(x.dtype)  # (B, k)
    gradients: list[np.ndarray] = []
    for a, w in zip(reversed(inputs), reversed(kernels), strict=True):
        gradients = [a.T @ delta, delta.sum(axis=0), *gradients]  # (d, units), (units,)
        slope = a > 0 if activation == "relu" else a * (1 - a)  # of the layer before
        delta = (delta @ w.T) * slope  # (B, d)
    return loss, gradients


def _as_floats(weights: Any, x: Any) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
    """Kernels, biases and inputs as arrays of one floating dtype."""
    arrays = checks.dense_weights(weights)
    dtype = np.result_type(*arrays, np.float32)
    arrays = [array.astype(dtype) for array in arrays]
    kernels, biases = arrays[0::2], arrays[1::2]
    return kernels, biases, checks.inputs(x, kernels[0].shape[:1], dtype.name)


def _as_one_hot(y: Any, num_samples: int, num_classes: int) -> np.ndarray:
    y = checks.real_array("labels", y)
    if y.ndim == 1:
        checks.integer_labels(y, num_classes)
        checks.same_length(np.empty(num_samples), y)
        y = np.eye(num_classes)[y]
    if y.shape != (num_samples, num_classes):
        raise ValueError(
            f"labels must be integers ({num_samples},) or one-hot ({num_samples}, {num_classes}), "
            f"received one-hot labels of shape {y.shape}: pass one label for each input."
        )
    return y


def _sigmoid(z: np.ndarray) -> np.ndarray:
    """`1 / (1 + exp(-z))`, written with tanh, which overflows for no `z`."""
    return (1 + np.tanh(z / 2)) / 2


def _log_softmax(z: np.ndarray) -> np.ndarray:
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def conv2d_backward(
    x: np.ndarray,
    kernel: np.ndarray,
    upstream: np.ndarray,
    strides: int | tuple[int, int] = 1,
    padding: str = "valid",
) -> tuple[np.ndarray, np.ndarray]:
    """Backpropagation through a convolution, by hand.

    Forward, `y[i, j] = Σ x[s·i + p, s·j + q] · W[p, q]` over the pixels `(p, q)` of the kernel.
    Backward, with `δ = ∂loss/∂y`, each of these summands is that of a dense layer: `∂W[p, q] = Σ
    x[s·i + p, s·j + q]ᵀ · δ[i, j]` over the places and the batch, and `∂x[s·i + p, s·j + q] +=
    δ[i, j] · W[p, q]ᵀ`: a pixel gets a share from every window that it lies in.

    Args:
        x: Images `(B, height, width, channels)`.
        kernel: `(rows, columns, channels, filters)`.
        upstream: `δ`, `(B, height', width', filters)`, of the shape of the outputs.
        strides: As of the convolution.
        padding: As of the convolution, `"valid"` or `"same"`.

    Returns:
        `∂loss/∂x` and `∂loss/∂W`, each of its array's shape.

    Raises:
        ValueError: for shapes that do not fit.

    Example:
        >>> x, kernel = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1))
        >>> dx, dw = conv2d_backward(x, kernel, upstream=np.ones((1, 2, 2, 1)))
        >>> dx[0, :, :, 0]  # the pixel in the middle lies in all four windows
        array([[1., 2., 1.],
               [2., 4., 2.],
               [1., 2., 1.]])
        >>> dw[:, :, 0, 0]
        array([[4., 4.],
               [4., 4.]])

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 9.5.
    """
    named = (("x", x), ("kernel", kernel), ("upstream", upstream))
    x, kernel, upstream = (checks.real_array(name, value) for name, value in named)
    fits = x.ndim == kernel.ndim == 4 and x.shape[3] == kernel.shape[2]
    expected = "images (B, height, width, channels) and a kernel (rows, columns, channels, filters)"
    checks.fitting_shapes(expected, fits, x, kernel)
    padded, places, inside = _places(x, kernel.shape[:2], strides, padding, fill=0)
    rows, columns, _, filters = kernel.shape
    outputs = _outputs(padded, places, filters)
    fits = upstream.shape == outputs
    checks.fitting_shapes(f"upstream gradients of shape {outputs}", fits, x, upstream)
    dx, dkernel = np.zeros_like(padded), np.zeros(kernel.shape)
    for p, q in np.ndindex(rows, columns):
        seen = padded[places[p, q]]  # (B, height', width', channels)
        dkernel[p, q] = np.einsum("bijc,bijf->cf", seen, upstream)
        dx[places[p, q]] += upstream @ kernel[p, q].T
    return dx[inside], dkernel


def max_pooling2d_backward(
    x: np.ndarray,
    upstream: np.ndarray,
    pool_size: int | tuple[int, int] = 2,
    strides: int | tuple[int, int] | None = None,
    padding: str = "valid",
) -> np.ndarray:
    """Backpropagation through max pooling, by hand: each window's largest pixel gets the gradient.

    Where several are the largest it is the first of them, row by row, as in TensorFlow.

    Args:
        x: Images `(B, height, width, channels)`.
        upstream: `∂loss/∂y`, `(B, height', width', channels)`, of the shape of the outputs.
        pool_size: As of the pooling.
        strides: As of the pooling; `None` for `pool_size`.
        padding: As of the pooling, `"valid"` or `"same"`.

    Returns:
        `∂loss/∂x`, of the shape of `x`.

    Raises:
        ValueError: for shapes that do not fit.

    Example:
        >>> x = np.array([[1.0, 3.0], [2.0, 3.0]])[None, :, :, None]
        >>> max_pooling2d_backward(x, np.full((1, 1, 1, 1), 5.0))[0, :, :, 0]
        array([[0., 5.],
               [0., 0.]])
    """
    x, upstream = checks.real_array("x", x), checks.real_array("upstream", upstream)
    size = checks.two("pool_size", pool_size)
    strides = size if strides is None else strides
    padded, places, inside = _places(x, size, strides, padding, fill=-np.inf)
    expected = _outputs(padded, places, x.shape[-1])
    fits = upstream.shape == expected
    checks.fitting_shapes(f"upstream gradients of shape {expected}", fits, x, upstream)
    pixels = [padded[place] for place in places.values()]  # each (B, height', width', channels)
    largest = np.argmax(pixels, axis=0)  # the first one's number, (B, height', width', channels)
    dx = np.zeros_like(padded)
    for number, place in enumerate(places.values()):
        dx[place] += upstream * (largest == number)
    return dx[inside]


def batch_normalization_backward(
    x: np.ndarray, gamma: np.ndarray, upstream: np.ndarray, epsilon: float = 1e-3
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Backpropagation through batch normalization in training, by hand.

    Forward, over all axes but the last: `n = (x - mean)/σ` with `σ = sqrt(variance + ε)`, and `y =
    γ·n + β`. Backward, with `δ = ∂loss/∂y`: `∂β = Σ δ`, `∂γ = Σ δ·n`, and `∂x = γ/σ · (δ - mean(δ)
    - n·mean(δ·n))`: mean and variance depend on every `x` too, which takes off what would only
    shift or stretch the batch.

    Args:
        x: Inputs `(B, ..., channels)`.
        gamma: `γ`, `(channels,)`.
        upstream: `δ`, of the shape of `x`.
        epsilon: `ε`.

    Returns:
        `∂loss/∂x`, `∂loss/∂γ` and `∂loss/∂β`.

    Raises:
        ValueError: for shapes that do not fit.

    Example:
        >>> x = np.array([[1.0], [3.0]])
        >>> dx, dgamma, dbeta = batch_normalization_backward(x, np.ones(1), np.ones((2, 1)))
        >>> dx.ravel(), dgamma, dbeta  # to raise both outputs alike, moving the inputs is no use
        (array([0., 0.]), array([0.]), array([2.]))

    Source: Ioffe and Szegedy, Batch normalization: accelerating deep network training by reducing
    internal covariate shift, ICML 2015.
    """
    named = (("x", x), ("gamma", gamma), ("upstream", upstream))
    x, gamma, upstream = (checks.real_array(name, value) for name, value in named)
    fits = x.shape == upstream.shape and x.ndim > 0
    checks.fitting_shapes("upstream gradients of the shape of the inputs", fits, x, upstream)
    checks.vector("gamma", gamma, x.shape[-1])
    epsilon, axes = checks.positive_number("epsilon", epsilon), tuple(range(x.ndim - 1))
    sigma = np.sqrt(x.var(axis=axes) + epsilon)  # (channels,)
    n = (x - x.mean(axis=axes)) / sigma  # (B, ..., channels)
    common = upstream.mean(axis=axes) + n * (upstream * n).mean(axis=axes)
    dx = gamma / sigma * (upstream - common)
    return dx, (upstream * n).sum(axis=axes), upstream.sum(axis=axes)


Place = tuple[slice, slice, slice]


def _places(
    x: np.ndarray, size: tuple[int, int], strides: Any, padding: str, fill: float
) -> tuple[np.ndarray, dict[tuple[int, int], Place], Place]:
    """The padded images, by `(p, q)` where pixel `(p, q)` of every window lies, and the inside."""
    height, width = checks.image_size(x.shape)
    down, right = checks.two("strides", strides)
    rows = checks.windows(height, size[0], down, padding)
    columns = checks.windows(width, size[1], right, padding)
    around = ((0, 0), rows.padding, columns.padding, (0, 0))
    padded = np.pad(x.astype("float64"), around, constant_values=fill)
    everything, (top, left) = slice(None), (rows.padding[0], columns.padding[0])
    places = {
        (p, q): (
            everything,
            slice(p, p + rows.reach, down),
            slice(q, q + columns.reach, right),
        )
        for p, q in np.ndindex(*size)
    }
    return padded, places, (everything, slice(top, top + height), slice(left, left + width))


def _outputs(padded: np.ndarray, places: dict[tuple[int, int], Place], channels: int) -> Any:
    return (*padded[places[0, 0]].shape[:3], channels)


def descend(
    function: Callable[[tf.Tensor], tf.Tensor], start: Any, optimizer: Any, steps: int
) -> np.ndarray:
    """Walks downhill on a function: at each step the optimizer moves the point by the slopes there.

    Args:
        function: From a float64 tensor `(d,)` to a scalar.
        start: The first point, `(d,)`.
        optimizer: An object of `optimizers`, or a name.
        steps: Number of updates.

    Returns:
        The path, float64 `(steps + 1, d + 1)`: each point and the function's value there, the start
        first.

    Raises:
        DivergenceError: when the walk leaves what a float64 can hold.
        ValueError: when the function gives no scalar, or does not depend on the point.

    Example:
        >>> from kerasfoundations.from_scratch.optimizers import SGD
        >>> descend(lambda x: tf.reduce_sum(x**2), [1.0], SGD(learning_rate=0.25), steps=2)
        array([[1.    , 1.    ],
               [0.5   , 0.25  ],
               [0.25  , 0.0625]])
    """
    checks.function("function", function)
    point, steps = tf.Variable(checks.point(start)), checks.positive_integer("steps", steps)
    optimizer = optimizers.get(optimizer)
    optimizer.build([point])

    def value_and_slopes() -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            value = _scalar(function(point))
        return value, _connected(tape.gradient(value, point), "x")

    @tf.function
    def step() -> tf.Tensor:
        value, slopes = value_and_slopes()
        optimizer.apply([slopes], [point])
        return value

    value_and_slopes()  # what is wrong with the function is told before anything is compiled

    path = []
    for _ in range(steps):
        before = point.numpy()
        path.append([*before, float(step())])
    path.append([*point.numpy(), float(_scalar(function(point)))])
    return line_fits.refuse_infinite(np.array(path))


def _scalar(value: Any) -> tf.Tensor:
    value = tf.convert_to_tensor(value)
    checks.scalar(value)
    return value


def tape_gradient(function: Callable[[tf.Tensor], tf.Tensor], x: Any) -> np.ndarray:
    """`∂f/∂x` for a number or an array, by TensorFlow's tape.

    The tape records operations on variables by itself; a constant has to be watched, which is done
    here.

    Args:
        function: From a tensor to a tensor; a tensor of several elements counts as their sum.
        x: Number or array; integers are taken as floats.

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
    x = _floats(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        result = _tensor(function(x))
    return _connected(tape.gradient(result, x), "x").numpy()


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
            tape.watch(variable)  # one that is not trainable is not recorded by itself
        result = _tensor(function())
    gradients = tape.gradient(result, list(variables))
    names = [variable.name.removesuffix(":0") for variable in variables]
    return [_connected(g, name).numpy() for g, name in zip(gradients, names, strict=True)]


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
    x = _floats(x)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        results = [_tensor(result) for result in checks.results(function(x))]
    gradients = [_connected(tape.gradient(result, x), "x").numpy() for result in results]
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
    x = _floats(x)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            result = _tensor(function(x))
        slope = _connected(inner.gradient(result, x), "x")
    second = outer.gradient(slope, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return second.numpy()


def _floats(x: Any) -> tf.Tensor:
    """A tensor that a tape can watch: slopes of integers are not defined."""
    x = checks.tensor("x", x, tf.convert_to_tensor, real=True)
    return x if x.dtype.is_floating else tf.cast(x, tf.float32)


def _tensor(result: Any) -> tf.Tensor:
    """What the function gave; a number that is no tensor depends on nothing."""
    return tf.convert_to_tensor(result)


def _connected(gradient: tf.Tensor | None, name: str) -> tf.Tensor:
    if gradient is None:
        raise ValueError(
            f"the result does not depend on {name!r}, so there is no gradient: use it in the "
            "function (a value taken out with .numpy() or float() is cut off from the tape), or "
            "leave it out."
        )
    return tf.convert_to_tensor(gradient)  # tf.gather's come in slices
