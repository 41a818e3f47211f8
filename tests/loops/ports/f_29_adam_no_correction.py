"""Adam written from memory in JAX."""

import jax
import jax.numpy as jnp
import keras
from keras import layers
from loops.port_data import dense_tree, jmlp, net, reg

from kerasfoundations.diagnose import JaxLoop

batches = reg(29)
reference = net(
    (4,), [layers.Dense(6, "tanh"), layers.Dense(1)], keras.optimizers.Adam(0.01), "mse", 29
)


def loss_of(params, x, y):
    return jnp.mean((jmlp(params, x, jnp.tanh) - y) ** 2)


@jax.jit
def step(params, state, x, y):
    m, v = state
    loss, g = jax.value_and_grad(loss_of)(params, x, y)
    m = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * b, m, g)
    v = jax.tree.map(lambda a, b: 0.999 * a + 0.001 * b**2, v, g)
    params = jax.tree.map(lambda p, a, b: p - 0.01 * a / (jnp.sqrt(b) + 1e-7), params, m, v)
    return params, (m, v), loss


params = dense_tree(reference)
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, (zeros, zeros))

EXPECTED = "Adam without bias correction: the moments that start at zero are used as they are."
STAGE = ("update",)
CAUSE = "adam_without_bias_correction"
