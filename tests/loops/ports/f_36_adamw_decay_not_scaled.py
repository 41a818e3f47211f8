"""AdamW after the paper, where the decay has its own schedule."""

import jax
import jax.numpy as jnp
import keras
from keras import layers
from loops.port_data import dense_tree, jmlp, net, reg

from kerasfoundations.diagnose import JaxLoop

batches = reg(36, k=2)
reference = net(
    (4,),
    [layers.Dense(6, "tanh"), layers.Dense(2)],
    keras.optimizers.AdamW(0.02, weight_decay=0.05),
    "mse",
    36,
)


def step(params, state, x, y):
    m, v, t = state
    loss, g = jax.value_and_grad(lambda p: jnp.mean((jmlp(p, x, jnp.tanh) - y) ** 2))(params)
    t = t + 1
    m = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * b, m, g)
    v = jax.tree.map(lambda a, b: 0.999 * a + 0.001 * b**2, v, g)
    rate = 0.02 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    params = jax.tree.map(
        lambda p, a, b: p * (1 - 0.05) - rate * a / (jnp.sqrt(b) + 1e-7), params, m, v
    )
    return params, (m, v, t), loss


params = dense_tree(reference)
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, (zeros, zeros, 0))

EXPECTED = "The decoupled weight decay is not multiplied by the learning rate: the weights shrink by weight_decay itself at each step."
STAGE = ("update",)
CAUSE = "decay_without_rate"
