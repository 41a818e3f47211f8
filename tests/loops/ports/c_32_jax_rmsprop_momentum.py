"""RMSprop with momentum, epsilon inside of the root, as a function of optax would be written."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import dense_tree, jmlp, labels, net

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = labels(132)
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(3)],
    keras.optimizers.RMSprop(0.005, momentum=0.9),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    132,
)


def loss_of(params, x, y):
    return -jnp.mean(
        jnp.take_along_axis(jax.nn.log_softmax(jmlp(params, x, jax.nn.relu)), y[:, None], 1)
    )


def step(params, state, x, y):
    nu, trace = state
    loss, g = jax.value_and_grad(loss_of)(params, x, y)
    nu = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * b * b, nu, g)
    trace = jax.tree.map(
        lambda t, b, a: 0.9 * t + 0.005 * b * jax.lax.rsqrt(a + 1e-7), trace, g, nu
    )
    return jax.tree.map(jnp.subtract, params, trace), (nu, trace), loss


params = dense_tree(reference)
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, (zeros, zeros))

EXPECTED = "equal"
