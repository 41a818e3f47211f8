"""Gradients of shards of unequal size, weighted with their sizes."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(1815)
keras.utils.set_random_seed(1815)

x = rng.normal(size=(41, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(41, 1))).astype("float32")
batches = [(x[i : i + 15], y[i : i + 15]) for i in range(0, 41, 15)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
sizes = [5, 8, 1]
params = {
    f"Dense_{i}": {
        "kernel": 0.1 * rng.normal(size=(a, b)).astype("float32"),
        "bias": np.zeros(b, "float32"),
    }
    for i, (a, b) in enumerate(zip(sizes, sizes[1:]))
}


def forward(params, x):
    x = jax.nn.relu(x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"])
    return x @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"]


grad_of = jax.jit(jax.value_and_grad(lambda p, x, y: jnp.sum((forward(p, x) - y) ** 2)))


def step(params, x, y):
    results = [
        grad_of(params, xs, ys) for xs, ys in zip(np.array_split(x, 4), np.array_split(y, 4))
    ]
    loss = sum(r[0] for r in results) / len(x)
    grads = jax.tree.map(lambda *g: sum(g) / len(x), *[r[1] for r in results])
    return jax.tree.map(lambda p, g: p - 0.05 * g, params, grads), loss


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "equal"
