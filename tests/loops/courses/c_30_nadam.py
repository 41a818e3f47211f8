"""Nadam with the momentum schedule of Dozat's paper, as Keras has it."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import mlp, regression

from kerasfoundations.diagnose import JaxLoop


def loss_fn(params, x, y):
    h = jnp.tanh(x @ params["l0"]["w"] + params["l0"]["b"])
    return jnp.mean((h @ params["l1"]["w"] + params["l1"]["b"] - y) ** 2)


@jax.jit
def step(params, state, x, y):
    t, prod, m, v = state
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    t = t + 1
    u, u_next = 0.9 * (1 - 0.5 * 0.96**t), 0.9 * (1 - 0.5 * 0.96 ** (t + 1))
    prod = prod * u
    m = jax.tree.map(lambda m, g: m + 0.1 * (g - m), m, g)
    v = jax.tree.map(lambda v, g: v + 0.001 * (g * g - v), v, g)

    def new(p, g, m, v):
        m_hat = u_next * m / (1 - prod * u_next) + (1 - u) * g / (1 - prod)
        return p - 0.01 * m_hat / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-7)

    return jax.tree.map(new, params, g, m, v), (t, prod, m, v), loss


params = {
    "l0": {"w": jnp.zeros((4, 6)), "b": jnp.zeros(6)},
    "l1": {"w": jnp.zeros((6, 1)), "b": jnp.zeros(1)},
}
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, (0, 1.0, zeros, zeros))
reference = mlp([4, 6, 1])
reference.compile(keras.optimizers.Nadam(0.01), "mse")
batches = regression(130)

EXPECTED = "equal"
