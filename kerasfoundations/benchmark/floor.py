"""The convolutions and matrix products of an epoch, and nothing else.

For each batch, each dense layer multiplies three times: `x·W` forward, `xᵀ·d` and `d·Wᵀ` backward,
where `x (B, inputs)` and `d (B, units)` replace what training would compute; a convolution has the
same three. The first layer needs no gradient of its inputs. Where a network begins with a dense
layer, its `x` are the batches of successive samples; everywhere else one batch serves for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kerasfoundations.benchmark.networks import products, same_padding
from kerasfoundations.benchmark.worker import Turns, Work


def _operands(work: Work) -> Iterator[tuple[int, tuple[Any, ...], list[np.ndarray]]]:
    """Yield height and layer of each product, and its inputs, kernel and gradient, float32.

    Images are `(B, height, width, channels)`, kernels `(size, size, channels, filters)`.
    """
    rng, size = np.random.default_rng(0), work.batch_size
    for height, layer in products(work.network.layers(work.width)):
        kind, d, units, *rest = layer
        if kind == "dense":
            shapes: list[tuple[int, ...]] = [(size, d), (d, units), (size, units)]
        else:
            smaller = -(-height // rest[1])
            shapes = [(size, height, height, d), (rest[0], rest[0], d, units)]
            shapes.append((size, smaller, smaller, units))
        yield height, layer, [rng.random(shape, "float32") for shape in shapes]


def _repeat(turns: Turns, epoch: Callable[[], Any]) -> None:
    while True:
        turns.begin()
        epoch()
        turns.stop()
        turns.report()


def _batches(work: Work) -> Iterator[np.ndarray]:
    """Yield the batches of successive samples."""
    for at in range(0, len(work.x), work.batch_size):
        yield work.x[at : at + work.batch_size]


def multiply_numpy(work: Work, turns: Turns) -> None:
    """Multiply with NumPy, always into the same outputs."""
    layers = [arrays for _, _, arrays in _operands(work)]
    outputs = [[np.empty_like(array) for array in arrays] for arrays in layers]

    def epoch() -> None:
        for x in _batches(work):
            b = len(x)
            for number, ((own, w, d), (dx, dw, y)) in enumerate(zip(layers, outputs, strict=True)):
                inputs = own[:b] if number else x
                np.matmul(inputs, w, out=y[:b])
                np.matmul(inputs.T, d[:b], out=dw)
                if number:
                    np.matmul(d[:b], w.T, out=dx[:b])

    _repeat(turns, epoch)


def multiply_torch(work: Work, turns: Turns) -> None:
    """Multiply and convolve with PyTorch; products go into the same outputs."""
    import torch

    steps = [
        _torch_dense(arrays, first=not number)
        if kind == "dense"
        else _torch_convolution(arrays, height, strides[-1], work.argument, first=not number)
        for number, (height, (kind, *strides), arrays) in enumerate(_operands(work))
    ]
    images, size = work.network.convolves, work.batch_size
    data, turns.device = torch.from_numpy(work.x), "CPU"

    def epoch() -> None:
        with torch.no_grad():
            for x in data.split(size):
                for step in steps:
                    step(len(x), None if images else x)

    _repeat(turns, epoch)


def _torch_dense(arrays: list[np.ndarray], first: bool) -> Callable[..., None]:
    import torch

    own, w, d = (torch.from_numpy(array) for array in arrays)
    dx, dw, y = (torch.empty_like(tensor) for tensor in (own, w, d))

    def step(b: int, x: Any) -> None:
        inputs = x if first and x is not None else own[:b]
        torch.mm(inputs, w, out=y[:b])
        torch.mm(inputs.T, d[:b], out=dw)
        if not first:
            torch.mm(d[:b], w.T, out=dx[:b])

    return step


def _torch_convolution(
    arrays: list[np.ndarray], height: int, strides: int, layout: str, first: bool
) -> Callable[..., None]:
    import torch

    x, w, d = (torch.from_numpy(array) for array in arrays)
    size = w.shape[0]
    before, after = same_padding(height, size, strides)
    odd = before != after  # padded before, so that only the convolution is timed
    if odd:
        x = torch.nn.functional.pad(x, (0, 0, before, after, before, after))
    form = torch.channels_last if layout == "nhwc" else torch.contiguous_format
    x, w, d = (
        tensor.permute(axes).contiguous(memory_format=form)
        for tensor, axes in zip((x, w, d), ((0, 3, 1, 2), (3, 2, 0, 1), (0, 3, 1, 2)), strict=True)
    )
    settings = [[strides] * 2, [0 if odd else before] * 2, [1, 1], False, [0, 0], 1]

    def step(b: int, _: Any) -> None:
        torch.ops.aten.convolution(x[:b], w, None, *settings)
        wanted = [not first, True, False]
        torch.ops.aten.convolution_backward(d[:b], x[:b], w, None, *settings, wanted)

    return step


def multiply_tensorflow(work: Work, turns: Turns) -> None:
    """Multiply and convolve with TensorFlow: loop over the batches in one `tf.function`."""
    import tensorflow as tf

    layers = [(layer, [tf.constant(a) for a in arrays]) for _, layer, arrays in _operands(work)]
    data, size, images = tf.constant(work.x), work.batch_size, work.network.convolves
    flat = [tensor for _, tensors in layers for tensor in tensors]

    def all_products(x: Any, before: Any, *operands: Any) -> Any:
        nothing = before * 0.0  # ties a batch to the previous one, so that none is optimized away
        b, found = x.shape[0], []
        for number, ((kind, *_, strides), _) in enumerate(layers):
            own, w, d = operands[3 * number : 3 * number + 3]
            inputs = (own[:b] if number or images else x) + nothing
            d = d[:b] + nothing
            if kind == "dense":
                found += [tf.matmul(inputs, w), tf.matmul(inputs, d, transpose_a=True)]
                found += [tf.matmul(d, w, transpose_b=True)] if number else []
            else:
                how = {"strides": [1, strides, strides, 1], "padding": "SAME"}
                raw = {"out_backprop": d, **how}
                found.append(tf.nn.conv2d(inputs, w, **how))
                shape, of = tf.shape(inputs), tf.raw_ops
                sizes = {"filter_sizes": w.shape}
                found.append(of.Conv2DBackpropFilter(input=inputs, **sizes, **raw))
                if number:
                    found.append(of.Conv2DBackpropInput(input_sizes=shape, filter=w, **raw))
        return tf.add_n([tf.reshape(tensor, [-1])[0] for tensor in found])

    @tf.function(jit_compile=work.argument == "xla")
    def program(data: Any, *operands: Any) -> Any:
        num_whole, rest = divmod(len(work.x), size)
        _, total = tf.while_loop(
            lambda i, _: i < num_whole,
            lambda i, total: (
                i + 1,
                all_products(
                    tf.slice(
                        data, [i * size, *[0] * (data.shape.rank - 1)], [size, *data.shape[1:]]
                    ),
                    total,
                    *operands,
                ),
            ),
            (tf.constant(0), tf.zeros(())),
        )
        return all_products(data[num_whole * size :], total, *operands) if rest else total

    _repeat(turns, lambda: program(data, *flat).numpy())


def multiply_jax(work: Work, turns: Turns) -> None:
    """Multiply with JAX: scan over the batches, compiled."""
    import jax
    from jax import numpy as jnp

    layers = [[jnp.asarray(array) for array in arrays] for _, _, arrays in _operands(work)]
    data, size = jnp.asarray(work.x), work.batch_size
    num_whole = len(work.x) // size

    def all_products(before: Any, x: Any, layers: Any) -> Any:
        nothing, b, found = before * 0.0, len(x), []  # ties a batch to the previous one
        for number, (own, w, d) in enumerate(layers):
            inputs, d = (own[:b] if number else x) + nothing, d[:b] + nothing
            found += [inputs @ w, inputs.T @ d]
            found += [d @ w.T] if number else []
        return sum(product[0, 0] for product in found)

    @jax.jit
    def program(data: Any, layers: Any) -> Any:
        def body(total: Any, x: Any) -> Any:
            return all_products(total, x, layers), None

        whole = data[: num_whole * size].reshape(num_whole, size, -1)
        total, _ = jax.lax.scan(body, jnp.zeros(()), whole)
        return all_products(total, data[num_whole * size :], layers) if len(data) % size else total

    _repeat(turns, lambda: np.asarray(program(data, layers)))
