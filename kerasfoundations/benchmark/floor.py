"""The matrix products of an epoch, and nothing else.

For each batch `x (B, 784)` of successive samples there are five: `x·W1` and `h·W2` forward, `hᵀ·d`,
`d·W2ᵀ` and `xᵀ·g` backward, where `h (B, width)`, `d (B, 10)` and `g (B, width)` replace what
training would compute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kerasfoundations.benchmark.worker import Turns, Work


def _matrices(work: Work) -> list[np.ndarray]:
    """Return `W1`, `W2`, `h`, `d` and `g`, float32."""
    w1, _, w2, _ = work.start_weights()
    rng, size = np.random.default_rng(0), work.batch_size
    shapes = [(size, work.width), (size, 10), (size, work.width)]
    return [w1, w2, *(rng.random(shape, "float32") for shape in shapes)]


def _repeat(turns: Turns, epoch: Callable[[], Any]) -> None:
    while True:
        turns.begin()
        epoch()
        turns.stop()
        turns.report()


def _starts(work: Work) -> range:
    return range(0, len(work.x), work.batch_size)


def multiply_numpy(work: Work, turns: Turns) -> None:
    """Multiply with NumPy, always into the same outputs."""
    w1, w2, h, d, g = _matrices(work)
    size = work.batch_size
    outputs = [np.empty_like(array) for array in (g, d, w2, h, w1)]

    def epoch() -> None:
        for at in _starts(work):
            x = work.x[at : at + size]
            b = len(x)
            np.matmul(x, w1, out=outputs[0][:b])
            np.matmul(h[:b], w2, out=outputs[1][:b])
            np.matmul(h[:b].T, d[:b], out=outputs[2])
            np.matmul(d[:b], w2.T, out=outputs[3][:b])
            np.matmul(x.T, g[:b], out=outputs[4])

    _repeat(turns, epoch)


def multiply_torch(work: Work, turns: Turns) -> None:
    """Multiply with PyTorch, always into the same outputs."""
    import torch

    w1, w2, h, d, g = (torch.from_numpy(array) for array in _matrices(work))
    data, size = torch.from_numpy(work.x), work.batch_size
    outputs = [torch.empty_like(tensor) for tensor in (g, d, w2, h, w1)]

    def epoch() -> None:
        with torch.no_grad():
            for x in data.split(size):
                b = len(x)
                torch.mm(x, w1, out=outputs[0][:b])
                torch.mm(h[:b], w2, out=outputs[1][:b])
                torch.mm(h[:b].T, d[:b], out=outputs[2])
                torch.mm(d[:b], w2.T, out=outputs[3][:b])
                torch.mm(x.T, g[:b], out=outputs[4])

    _repeat(turns, epoch)


def multiply_tensorflow(work: Work, turns: Turns) -> None:
    """Multiply with TensorFlow: loop over the batches in one `tf.function`, with or without XLA."""
    import tensorflow as tf

    matrices = [tf.constant(array) for array in _matrices(work)]
    data, size = tf.constant(work.x), work.batch_size

    def products(x: Any, before: Any, w1: Any, w2: Any, h: Any, d: Any, g: Any) -> Any:
        nothing = before * 0.0  # ties a batch to the previous one, so that none is optimized away
        b = x.shape[0]
        x, h, d, g = x + nothing, h[:b] + nothing, d[:b] + nothing, g[:b]
        return tf.add_n(
            [
                tf.matmul(x, w1)[0, 0],
                tf.matmul(h, w2)[0, 0],
                tf.matmul(h, d, transpose_a=True)[0, 0],
                tf.matmul(d, w2, transpose_b=True)[0, 0],
                tf.matmul(x, g, transpose_a=True)[0, 0],
            ]
        )

    @tf.function(jit_compile=work.argument == "xla")
    def program(data: Any, *matrices: Any) -> Any:
        num_whole, rest = divmod(len(work.x), size)
        _, total = tf.while_loop(
            lambda i, _: i < num_whole,
            lambda i, total: (
                i + 1,
                products(tf.slice(data, [i * size, 0], [size, data.shape[1]]), total, *matrices),
            ),
            (tf.constant(0), tf.zeros(())),
        )
        return products(data[num_whole * size :], total, *matrices) if rest else total

    _repeat(turns, lambda: program(data, *matrices).numpy())


def multiply_jax(work: Work, turns: Turns) -> None:
    """Multiply with JAX: scan over the batches, compiled."""
    import jax
    from jax import numpy as jnp

    matrices = [jnp.asarray(array) for array in _matrices(work)]
    data, size = jnp.asarray(work.x), work.batch_size
    num_whole = len(work.x) // size

    def products(before: Any, x: Any, w1: Any, w2: Any, h: Any, d: Any, g: Any) -> Any:
        nothing, b = before * 0.0, len(x)  # ties a batch to the previous one
        x, h, d, g = x + nothing, h[:b] + nothing, d[:b] + nothing, g[:b]
        sides = [(x, w1), (h, w2), (h.T, d), (d, w2.T), (x.T, g)]
        return sum((left @ right)[0, 0] for left, right in sides)

    @jax.jit
    def program(data: Any, *matrices: Any) -> Any:
        def body(total: Any, x: Any) -> Any:
            return products(total, x, *matrices), None

        whole = data[: num_whole * size].reshape(num_whole, size, -1)
        total, _ = jax.lax.scan(body, jnp.zeros(()), whole)
        return products(total, data[num_whole * size :], *matrices) if len(data) % size else total

    _repeat(turns, lambda: np.asarray(program(data, *matrices)))
