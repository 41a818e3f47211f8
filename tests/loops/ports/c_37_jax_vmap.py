"""Gradients sample by sample with vmap, then their mean."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import dense_tree, jmlp, net, reg

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = reg(137)
reference = net(
    (4,),
    [layers.Dense(6, "softplus"), layers.Dense(1)],
    keras.optimizers.SGD(0.05),
    keras.losses.LogCosh(),
    137,
)


def one(params, x, y):
    return jnp.mean(jnp.log(jnp.cosh(jmlp(params, x, jax.nn.softplus) - y)))


@jax.jit
def step(params, x, y):
    losses, g = jax.vmap(jax.value_and_grad(one), in_axes=(None, 0, 0))(params, x, y)
    return jax.tree.map(lambda p, d: p - 0.05 * d.mean(0), params, g), losses.mean()


loop = JaxLoop(dense_tree(reference), step)

EXPECTED = "equal"
