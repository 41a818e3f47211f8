"""leaky_relu with the slope of the reference's layer."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import binary, dense_tree, jmlp, net

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = binary(134)
reference = net(
    (5,),
    [layers.Dense(8), layers.LeakyReLU(), layers.Dense(1)],
    keras.optimizers.SGD(0.1),
    keras.losses.BinaryCrossentropy(from_logits=True),
    134,
)


def predict(params, x):
    return jmlp(params, x, lambda z: jax.nn.leaky_relu(z, 0.3))


def step(params, x, y):
    loss, g = jax.value_and_grad(
        lambda p: jnp.mean(jnp.logaddexp(0.0, predict(p, x)) - y * predict(p, x))
    )(params)
    return jax.tree.map(lambda p, d: p - 0.1 * d, params, g), loss


loop = JaxLoop(dense_tree(reference), step, predict=predict)

EXPECTED = "equal"
