"""AdamW by hand in JAX; the decay stands outside of the learning rate."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import mlp, regression

from kerasfoundations.diagnose import JaxLoop


def loss_fn(params, x, y):
    h = jnp.tanh(x @ params[0]["w"] + params[0]["b"])
    return jnp.mean((h @ params[1]["w"] + params[1]["b"] - y) ** 2)


@jax.jit
def step(params, state, x, y):
    m, v, t = state
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    t = t + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
    rate = 0.01 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    params = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7) - 0.02 * p, params, m, v
    )
    return params, (m, v, t), loss


params = [{"w": jnp.zeros((4, 6)), "b": jnp.zeros(6)}, {"w": jnp.zeros((6, 1)), "b": jnp.zeros(1)}]
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, (zeros, zeros, 0.0))
reference = mlp([4, 6, 1])
reference.compile(keras.optimizers.AdamW(0.01, weight_decay=0.02), "mse")
batches = regression(27)

EXPECTED = "The weight decay is subtracted without the learning rate (w - lr * adam - wd * w), where AdamW subtracts lr * wd * w."
STAGE = ("update",)
CAUSE = "decay_without_rate"
