"""jnp.sum(...) / BATCH_SIZE with a configuration constant."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import dense_tree, jmlp, net, reg

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
BATCH_SIZE = 16
batches = reg(39, n=38, size=BATCH_SIZE)
reference = net(
    (4,), [layers.Dense(6, "softplus"), layers.Dense(1)], keras.optimizers.SGD(0.05), "mse", 39
)


@jax.jit
def step(params, x, y):
    def loss_of(p):
        return jnp.sum((jmlp(p, x, jax.nn.softplus) - y) ** 2) / BATCH_SIZE

    loss, g = jax.value_and_grad(loss_of)(params)
    return jax.tree.map(lambda p, d: p - 0.05 * d, params, g), loss


loop = JaxLoop(dense_tree(reference), step)

EXPECTED = (
    "The summed loss is divided by the constant BATCH_SIZE = 16, also in the smaller last batch."
)
STAGE = ("reduction",)
CAUSE = "fixed_batch_size"
