"""axis=0 or dim=0 in a hand-written cross-entropy."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import dense_tree, jmlp, labels, net

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = labels(41, onehot=True)
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.CategoricalCrossentropy(from_logits=True),
    41,
)


def predict(params, x):
    return jmlp(params, x, jax.nn.relu)


def step(params, x, y):
    def loss_of(p):
        return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(predict(p, x), axis=0), axis=-1))

    loss, g = jax.value_and_grad(loss_of)(params)
    return jax.tree.map(lambda p, d: p - 0.1 * d, params, g), loss


loop = JaxLoop(dense_tree(reference), step, predict=predict)

EXPECTED = "log_softmax is taken over axis 0, the batch, instead of over the classes."
STAGE = ("loss",)
CAUSE = "softmax_axis"
