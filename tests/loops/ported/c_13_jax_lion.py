"""Lion by hand in JAX, the sign of an interpolated momentum."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(113)
x = rng.normal(size=(40, 5)).astype("float32")
y = rng.normal(size=(40, 1)).astype("float32")
batches = batched(12, x, y)

keras.utils.set_random_seed(113)
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.Lion(0.003), "mse")


def predict(params, x):
    return jnp.tanh(x @ params[0]["w"] + params[0]["b"]) @ params[1]["w"] + params[1]["b"]


@jax.jit
def step(params, mu, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((predict(p, x) - y) ** 2))(params)
    updates = jax.tree.map(lambda m, g: -0.003 * jnp.sign(0.9 * m + 0.1 * g), mu, grads)
    mu = jax.tree.map(lambda m, g: 0.99 * m + 0.01 * g, mu, grads)
    return jax.tree.map(jnp.add, params, updates), mu, loss


k1, k2 = jax.random.split(jax.random.PRNGKey(113))
params = [
    {"w": jax.random.normal(k1, (5, 8)) * 0.4, "b": jnp.zeros(8)},
    {"w": jax.random.normal(k2, (8, 1)) * 0.4, "b": jnp.zeros(1)},
]
loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params), predict=predict)
EXPECTED = "equal"
