"""gelu with approximate=False, as Keras's."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import dense_tree, jmlp, net, reg

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = reg(133, k=2)
reference = net(
    (4,), [layers.Dense(8, "gelu"), layers.Dense(2)], keras.optimizers.SGD(0.05), "mse", 133
)


def predict(params, x):
    return jmlp(params, x, lambda z: jax.nn.gelu(z, approximate=False))


def step(params, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean(jnp.square(predict(p, x) - y)))(params)
    return jax.tree.map(lambda p, d: p - 0.05 * d, params, g), loss


loop = JaxLoop(dense_tree(reference), step, predict=predict)

EXPECTED = "equal"
