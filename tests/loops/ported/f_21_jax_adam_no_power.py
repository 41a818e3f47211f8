"""Adam written by hand in JAX from the paper, the bias correction without the power of the step."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(21)
x = rng.normal(size=(40, 4)).astype("float32")
y = np.tanh(x[:, :1] - x[:, 3:]).astype("float32")
batches = batched(12, x, y)

keras.utils.set_random_seed(21)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.Adam(0.01, epsilon=1e-12), "mse")


def predict(params, x):
    hidden = jax.nn.relu(x @ params[0]["w"] + params[0]["b"])
    return hidden @ params[1]["w"] + params[1]["b"]


def loss_fn(params, x, y):
    return jnp.mean((predict(params, x) - y) ** 2)


def init(key):
    k1, k2 = jax.random.split(key)
    return [
        {"w": 0.3 * jax.random.normal(k1, (4, 8)), "b": jnp.zeros(8)},
        {"w": 0.3 * jax.random.normal(k2, (8, 1)), "b": jnp.zeros(1)},
    ]


params = init(jax.random.PRNGKey(0))
zeros = jax.tree.map(jnp.zeros_like, params)
lr, beta1, beta2, eps = 0.01, 0.9, 0.999, 1e-12


@jax.jit
def step(params, state, x, y):
    m, v = state
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    m = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, m, grads)
    v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g**2, v, grads)
    m_hat = jax.tree.map(lambda m: m / (1 - beta1), m)
    v_hat = jax.tree.map(lambda v: v / (1 - beta2), v)
    params = jax.tree.map(lambda p, m, v: p - lr * m / (jnp.sqrt(v) + eps), params, m_hat, v_hat)
    return params, (m, v), loss


loop = JaxLoop(params, step, (zeros, zeros), predict=predict)
EXPECTED = "Adam's bias correction divides by 1 - beta in every step, without raising beta to the power of the step count."
STAGE = ("state",)
CAUSE = "adam_count_frozen"
