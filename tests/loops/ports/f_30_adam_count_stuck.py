"""The count stays outside of the jitted state."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import dense_tree, jmlp, labels, net

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = labels(30)
reference = net(
    (5,),
    [layers.Dense(6, "tanh"), layers.Dense(3)],
    keras.optimizers.Adam(0.01),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    30,
)


def loss_of(params, x, y):
    logp = jax.nn.log_softmax(jmlp(params, x, jnp.tanh))
    return -jnp.mean(jnp.take_along_axis(logp, y[:, None], 1))


def step(params, state, x, y):
    m, v, count = state
    loss, g = jax.value_and_grad(loss_of)(params, x, jnp.asarray(y))
    t = count + 1
    m = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * b, m, g)
    v = jax.tree.map(lambda a, b: 0.999 * a + 0.001 * b**2, v, g)
    rate = 0.01 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    params = jax.tree.map(lambda p, a, b: p - rate * a / (jnp.sqrt(b) + 1e-7), params, m, v)
    return params, (m, v, count), loss


params = dense_tree(reference)
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, (zeros, zeros, 0))

EXPECTED = "The step count of Adam is not returned in the new state, so the bias correction is forever that of step 1."
STAGE = ("state",)
CAUSE = "adam_count_frozen"
