"""Penalties as textbooks write them."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import dense_tree, jmlp, labels, net

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = labels(34)
l2 = keras.regularizers.L2(0.03)
reference = net(
    (5,),
    [layers.Dense(6, "relu", kernel_regularizer=l2), layers.Dense(3, kernel_regularizer=l2)],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    34,
)


def loss_of(params, x, y):
    logp = jax.nn.log_softmax(jmlp(params, x, jax.nn.relu))
    penalty = 0.5 * 0.03 * sum(jnp.sum(layer["kernel"] ** 2) for layer in params)
    return -jnp.mean(logp[jnp.arange(len(y)), y]) + penalty


def step(params, x, y):
    loss, g = jax.value_and_grad(loss_of)(params, x, y)
    return jax.tree.map(lambda p, d: p - 0.1 * d, params, g), loss


loop = JaxLoop(dense_tree(reference), step)

EXPECTED = "The L2 penalty has a factor of 1/2, which Keras's regularizers.L2 does not have."
STAGE = ("regularization",)
CAUSE = "penalty_halved"
