"""Transformers ported to JAX."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import dense_tree, jmlp, net, reg

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = [(2 * x, y) for x, y in reg(31, k=2)]
reference = net(
    (4,), [layers.Dense(8, "gelu"), layers.Dense(2)], keras.optimizers.SGD(0.05), "mse", 31
)


def predict(params, x):
    return jmlp(params, x, jax.nn.gelu)


def step(params, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean((predict(p, x) - y) ** 2))(params)
    return jax.tree.map(lambda p, d: p - 0.05 * d, params, g), loss


loop = JaxLoop(dense_tree(reference), step, predict=predict)

EXPECTED = "jax.nn.gelu uses the tanh approximation by default, Keras's gelu the exact one."
STAGE = ("outputs",)
CAUSE = "another_activation"
