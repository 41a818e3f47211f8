"""Adam by hand over a pytree, from a JAX tutorial."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "the bias corrections use 1 - b1 and 1 - b2 without the power of the step, so they are right in the first step only"
STAGE = ("state", "update")
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "tanh"), D(1)], keras.optimizers.Adam(0.01, epsilon=1e-10), "mse"
)
batches = regression(26)
params = [{"w": jnp.zeros((4, 6)), "b": jnp.zeros(6)}, {"w": jnp.zeros((6, 1)), "b": jnp.zeros(1)}]
zeros = jax.tree.map(jnp.zeros_like, params)
b1, b2 = 0.9, 0.999


def loss_fn(params, x, y):
    h = jnp.tanh(x @ params[0]["w"] + params[0]["b"])
    return jnp.mean((h @ params[1]["w"] + params[1]["b"] - y) ** 2)


@jax.jit
def step(params, state, x, y):
    m, v = state
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, m, g)
    v = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g**2, v, g)
    m_hat = jax.tree.map(lambda m: m / (1 - b1), m)
    v_hat = jax.tree.map(lambda v: v / (1 - b2), v)
    params = jax.tree.map(
        lambda p, m, v: p - 0.01 * m / (jnp.sqrt(v) + 1e-10), params, m_hat, v_hat
    )
    return params, (m, v), loss


loop = JaxLoop(params, step, (zeros, zeros))
CAUSE = "adam_count_frozen"
