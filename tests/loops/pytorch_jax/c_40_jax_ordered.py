"""Flat parameters with names that sort badly, and an order."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(1159)
keras.utils.set_random_seed(1159)

x = rng.normal(size=(46, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(46, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")
params = {
    "head_w": np.zeros((8, 1), "f"),
    "head_b": np.zeros(1, "f"),
    "hidden_w": np.zeros((5, 8), "f"),
    "hidden_b": np.zeros(8, "f"),
}


def forward(p, x):
    return jnp.tanh(x @ p["hidden_w"] + p["hidden_b"]) @ p["head_w"] + p["head_b"]


@jax.jit
def step(params, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    return {k: params[k] - 0.1 * grads[k] for k in params}, loss


loop = JaxLoop(params, step, predict=forward, order=["hidden_w", "hidden_b", "head_w", "head_b"])
EXPECTED = "equal"
