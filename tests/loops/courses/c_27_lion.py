"""Lion from the paper's pseudocode."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import mlp, regression

from kerasfoundations.diagnose import JaxLoop


def loss_fn(params, x, y):
    h = jnp.tanh(x @ params["a"]["w"] + params["a"]["b"])
    return jnp.mean((h @ params["b"]["w"] + params["b"]["b"] - y) ** 2)


@jax.jit
def step(params, m, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    params = jax.tree.map(lambda p, m, g: p - 0.005 * jnp.sign(0.9 * m + 0.1 * g), params, m, g)
    m = jax.tree.map(lambda m, g: 0.99 * m + 0.01 * g, m, g)
    return params, m, loss


params = {
    "a": {"w": jnp.zeros((4, 6)), "b": jnp.zeros(6)},
    "b": {"w": jnp.zeros((6, 1)), "b": jnp.zeros(1)},
}
loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params))
reference = mlp([4, 6, 1])
reference.compile(keras.optimizers.Lion(0.005), "mse")
batches = regression(127)

EXPECTED = "equal"
