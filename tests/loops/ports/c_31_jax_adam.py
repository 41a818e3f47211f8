"""Adam by hand in JAX, with the count in the state and Keras's epsilon."""

import jax
import jax.numpy as jnp
import keras
from keras import layers
from loops.port_data import dense_tree, jmlp, net, reg

from kerasfoundations.diagnose import JaxLoop

batches = reg(131)
reference = net(
    (4,),
    [layers.Dense(6, "tanh"), layers.Dense(1)],
    keras.optimizers.Adam(0.01, beta_1=0.8),
    "mse",
    131,
)


@jax.jit
def step(params, state, x, y):
    m, v, t = state
    loss, g = jax.value_and_grad(lambda p: jnp.mean((jmlp(p, x, jnp.tanh) - y) ** 2))(params)
    t = t + 1
    m = jax.tree.map(lambda a, b: 0.8 * a + 0.2 * b, m, g)
    v = jax.tree.map(lambda a, b: 0.999 * a + 0.001 * b * b, v, g)
    rate = 0.01 * jnp.sqrt(1 - 0.999**t) / (1 - 0.8**t)
    params = jax.tree.map(lambda p, a, b: p - rate * a / (jnp.sqrt(b) + 1e-7), params, m, v)
    return params, (m, v, t), loss


params = dense_tree(reference)
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, (zeros, zeros, 0))

EXPECTED = "equal"
