"""Data parallelism by hand: the batch split over two devices of unequal share, the shards' means averaged."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(28)
x = rng.normal(size=(38, 5)).astype("float32")
y = rng.normal(size=(38, 1)).astype("float32")
batches = batched(11, x, y)

keras.utils.set_random_seed(28)
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(6, activation="tanh"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")


def predict(params, x):
    return (
        jnp.tanh(x @ params["d1"]["w"] + params["d1"]["b"]) @ params["d2"]["w"] + params["d2"]["b"]
    )


@jax.jit
def loss_and_grads(params, x, y):
    return jax.value_and_grad(lambda p: jnp.mean((predict(p, x) - y) ** 2))(params)


def step(params, x, y, n_devices=2):
    shards = zip(jnp.array_split(x, n_devices), jnp.array_split(y, n_devices))
    results = [loss_and_grads(params, xs, ys) for xs, ys in shards]
    loss = sum(loss for loss, _ in results) / n_devices
    grads = jax.tree.map(lambda *g: sum(g) / n_devices, *[g for _, g in results])
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss


params = {
    "d1": {"w": jax.random.normal(jax.random.PRNGKey(0), (5, 6)) * 0.4, "b": jnp.zeros(6)},
    "d2": {"w": jax.random.normal(jax.random.PRNGKey(1), (6, 1)) * 0.4, "b": jnp.zeros(1)},
}
loop = JaxLoop(params, lambda p, x, y: step(p, x, y), predict=predict)
EXPECTED = "The means of two shards of unequal size are averaged with equal weight, so the samples of the smaller shard count more than the others."
STAGE = ("reduction",)
CAUSE = "mean_of_means"
