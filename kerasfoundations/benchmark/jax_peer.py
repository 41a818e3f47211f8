"""The networks in JAX: functions of parameters, differentiated and compiled.

Loss and accuracy of every batch are measured, as `fit` and the loop from scratch do.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from kerasfoundations.benchmark.networks import EPSILON, MOMENTUM, Layers, Network, plain
from kerasfoundations.benchmark.worker import Turns, Work

# Parameters, moving averages, and what the optimizer remembers: its sums, and the step's number.
State = tuple[list[Any], list[Any], Any]


def split(layers: Layers, weights: Sequence[np.ndarray]) -> tuple[list[Any], list[Any]]:
    """Return parameters and moving averages from weights in the order of both wings' models."""
    from jax import numpy as jnp

    rest, parameters, moving = iter(weights), [], []
    for kind, *_ in plain(layers):
        if kind in ("dense", "norm"):
            parameters += [jnp.asarray(next(rest)), jnp.asarray(next(rest))]
        if kind == "norm":
            moving += [jnp.asarray(next(rest)), jnp.asarray(next(rest))]
        if kind == "conv":
            parameters.append(jnp.asarray(next(rest)))
    return parameters, moving


def outputs_of(
    layers: Layers, parameters: Sequence[Any], moving: Sequence[Any], x: Any, training: bool
) -> tuple[Any, list[Any]]:
    """Return logits, or a line's values, and the moving averages after it."""
    import jax
    from jax import lax

    own, averages, new = iter(parameters), iter(moving), []

    def norm(x: Any) -> Any:
        gamma, beta, mean, variance = next(own), next(own), next(averages), next(averages)
        if training:
            found = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
            for old, value in zip((mean, variance), found, strict=True):
                new.append(MOMENTUM * old + (1 - MOMENTUM) * value)
            mean, variance = found
        factor = lax.rsqrt(variance + EPSILON) * gamma
        return x * factor + (beta - mean * factor)

    def conv(x: Any, strides: int) -> Any:
        axes = ("NHWC", "HWIO", "NHWC")
        return lax.conv_general_dilated(x, next(own), (strides, strides), "SAME", None, None, axes)

    def pool(x: Any, size: int, strides: int) -> Any:
        padding = "VALID" if size == strides else "SAME"
        window, steps = (1, size, size, 1), (1, strides, strides, 1)
        return lax.reduce_window(x, -np.inf, lax.max, window, steps, padding)

    for kind, *numbers in layers:
        match kind:
            case "dense":
                x = x @ next(own) + next(own)
            case "relu":
                x = jax.nn.relu(x)
            case "conv":
                x = conv(x, numbers[-1])
            case "norm":
                x = norm(x)
            case "pool":
                x = pool(x, *numbers)
            case "flatten":
                x = x.reshape(len(x), -1)
            case "mean":
                x = x.mean(axis=(1, 2))
            case "block":
                channels, filters, strides = numbers
                body = norm(conv(jax.nn.relu(norm(conv(x, strides))), 1))
                if strides != 1 or channels != filters:
                    x = norm(conv(x, strides))
                x = jax.nn.relu(body + x)
    return x, new


def start(network: Network, width: int, weights: Sequence[np.ndarray]) -> State:
    """Return the state before the first step."""
    from jax import numpy as jnp

    parameters, moving = split(network.layers(width), weights)
    num_sums = {"adam": 2, "rmsprop": 1, "sgd": 0}[network.optimizer]
    sums = tuple([jnp.zeros_like(weight) for weight in parameters] for _ in range(num_sums))
    return parameters, moving, (sums, jnp.zeros(()))


def updated(network: Network, parameters: list[Any], gradients: list[Any], memory: Any) -> Any:
    """Return parameters and memory after a step of the network's optimizer, as in Keras."""
    import jax
    from jax import numpy as jnp

    sums, count = memory
    rate, count = network.rate, count + 1

    def average(rho: float, old: Any, new: Any) -> Any:
        return jax.tree.map(lambda v, g: rho * v + (1 - rho) * g, old, new)

    squares = [g * g for g in gradients]
    if network.optimizer == "sgd":
        steps = [rate * g for g in gradients]
    elif network.optimizer == "rmsprop":
        sums = (average(0.9, sums[0], squares),)
        pairs = zip(gradients, sums[0], strict=True)
        steps = [rate * g / jnp.sqrt(v + 1e-7) for g, v in pairs]
    else:
        sums = average(0.9, sums[0], gradients), average(0.999, sums[1], squares)
        rate = rate * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        steps = [rate * m / (jnp.sqrt(v) + 1e-7) for m, v in zip(*sums, strict=True)]
    moved = [w - step for w, step in zip(parameters, steps, strict=True)]
    return moved, (sums, count)


def make_step(network: Network, width: int) -> Callable[[State, Any, Any], tuple[State, Any]]:
    """Return `step(state, x, y) -> (state, [loss, accuracy])`."""
    import jax
    from jax import numpy as jnp

    layers = network.layers(width)

    def loss_of(parameters: Any, moving: Any, x: Any, y: Any) -> Any:
        outputs, moving = outputs_of(layers, parameters, moving, x, training=True)
        if network.name == "linear":
            return jnp.mean((outputs - y) ** 2), (jnp.zeros(()), moving)
        log_p = jax.nn.log_softmax(outputs)
        accuracy = jnp.mean(jnp.argmax(outputs, axis=1) == y)
        return -jnp.mean(jnp.take_along_axis(log_p, y[:, None], axis=1)), (accuracy, moving)

    def step(state: State, x: Any, y: Any) -> tuple[State, Any]:
        parameters, moving, memory = state
        gradients_of = jax.value_and_grad(loss_of, has_aux=True)
        (loss, (accuracy, moving)), gradients = gradients_of(parameters, moving, x, y)
        parameters, memory = updated(network, parameters, gradients, memory)
        return (parameters, moving, memory), jnp.stack([loss, accuracy])

    return step


def train(work: Work, turns: Turns) -> None:
    """Train with a compiled step per batch, or a `lax.scan` over all of them in one call."""
    import jax
    from jax import lax
    from jax import numpy as jnp

    network, size = work.network, work.batch_size
    step, num_whole = make_step(network, work.width), len(work.x) // size

    @functools.partial(jax.jit, donate_argnums=0)
    def one_step(state: State, x: Any, y: Any, rows: Any) -> Any:
        return step(state, x[rows], y[rows])

    @functools.partial(jax.jit, donate_argnums=0)
    def one_epoch(state: State, x: Any, y: Any, order: Any) -> Any:
        def body(state: State, rows: Any) -> Any:
            return step(state, x[rows], y[rows])

        state, values = lax.scan(body, state, order[: num_whole * size].reshape(-1, size))
        if len(order) > num_whole * size:  # the smaller last batch
            state, last = body(state, order[num_whole * size :])
            values = jnp.vstack([values, last])
        return state, values

    @jax.jit
    def answers(parameters: Any, moving: Any, x: Any) -> Any:
        outputs, _ = outputs_of(network.layers(work.width), parameters, moving, x, training=False)
        return outputs if network.name == "linear" else jax.nn.softmax(outputs)

    state = start(network, work.width, work.start_weights())
    x, y = jnp.asarray(work.x), jnp.asarray(work.y)
    y = y if y.dtype == "float32" else y.astype("int32")
    turns.predict = lambda inputs: np.asarray(answers(*state[:2], inputs))
    orders = _orders(len(work.x))
    while True:
        turns.begin()
        order = next(orders)
        if work.argument == "scan":
            state, values = one_epoch(state, x, y, order)
        else:
            values = []
            for at in range(0, len(order), size):
                state, value = one_step(state, x, y, order[at : at + size])
                values.append(value)
        np.asarray(values)
        turns.stop()
        turns.report(work.score(turns.predict))


def _orders(num_samples: int) -> Iterator[np.ndarray]:
    """Yield the order of the samples of each epoch."""
    rng = np.random.default_rng(0)
    while True:
        yield rng.permutation(num_samples).astype("int32")
