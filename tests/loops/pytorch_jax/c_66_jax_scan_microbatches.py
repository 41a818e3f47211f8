"""Micro-batches in a lax.scan that adds up sums, divided once at the end."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(2202)
keras.utils.set_random_seed(2202)

x = rng.normal(size=(56, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(56, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 56, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
sizes = [5, 8, 1]
params = {
    f"Dense_{i}": {
        "kernel": 0.1 * rng.normal(size=(a, b)).astype("float32"),
        "bias": np.zeros(b, "float32"),
    }
    for i, (a, b) in enumerate(zip(sizes, sizes[1:]))
}


def forward(params, x):
    x = jnp.tanh(x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"])
    return x @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"]


@jax.jit
def step(params, velocity, x, y):
    value_and_grad = jax.value_and_grad(lambda p, x, y: jnp.sum((forward(p, x) - y) ** 2))

    def body(total, batch):
        return jax.tree.map(jnp.add, total, value_and_grad(params, *batch)), None

    chunks = (x.reshape(4, -1, x.shape[1]), y.reshape(4, -1, 1))
    start = (0.0, jax.tree.map(jnp.zeros_like, params))
    (loss, grads), _ = jax.lax.scan(body, start, chunks)
    n = x.shape[0]
    velocity = jax.tree.map(lambda v, g: 0.9 * v - 0.1 * g / n, velocity, grads)
    return jax.tree.map(jnp.add, params, velocity), velocity, loss / n


loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params), predict=forward)
EXPECTED = "equal"
