"""GAN discriminators ported to JAX."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import binary, dense_tree, jmlp, net

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = binary(32)
reference = net(
    (5,),
    [layers.Dense(8), layers.LeakyReLU(), layers.Dense(1)],
    keras.optimizers.SGD(0.1),
    keras.losses.BinaryCrossentropy(from_logits=True),
    32,
)


def predict(params, x):
    return jmlp(params, x, jax.nn.leaky_relu)


def step(params, x, y):
    def loss_of(p):
        z = predict(p, x)
        return jnp.mean(jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z))))

    loss, g = jax.value_and_grad(loss_of)(params)
    return jax.tree.map(lambda p, d: p - 0.1 * d, params, g), loss


loop = JaxLoop(dense_tree(reference), step, predict=predict)

EXPECTED = (
    "jax.nn.leaky_relu has slope 0.01 for negative inputs by default, Keras's LeakyReLU layer 0.3."
)
STAGE = ("outputs",)
CAUSE = "leaky_slope"
