"""Nesterov momentum over a pytree, written from memory."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "the look-ahead uses the old velocity, which makes it plain momentum and not Nesterov's"
STAGE = ("update",)
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(5, "tanh"), D(1)], keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), "mse"
)
batches = regression(33)
params = {
    "l1": {"w": jnp.zeros((4, 5)), "b": jnp.zeros(5)},
    "l2": {"w": jnp.zeros((5, 1)), "b": jnp.zeros(1)},
}
velocity = jax.tree.map(jnp.zeros_like, params)


def loss_fn(params, x, y):
    h = jnp.tanh(x @ params["l1"]["w"] + params["l1"]["b"])
    return jnp.mean((h @ params["l2"]["w"] + params["l2"]["b"] - y) ** 2)


@jax.jit
def step(params, velocity, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    params = jax.tree.map(lambda p, v, g: p + 0.9 * v - 0.05 * g, params, velocity, g)
    velocity = jax.tree.map(lambda v, g: 0.9 * v - 0.05 * g, velocity, g)
    return params, velocity, loss


loop = JaxLoop(params, step, velocity)
CAUSE = "nesterov"
