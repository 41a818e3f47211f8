"""opt_state = optimizer.init(params) inside of the training step."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import dense_tree, jmlp, labels, net

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = labels(40, k=4)
reference = net(
    (5,),
    [layers.Dense(6, "tanh"), layers.Dense(4)],
    keras.optimizers.SGD(0.05, momentum=0.9),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    40,
)


def init(params):
    return jax.tree.map(jnp.zeros_like, params)


def step(params, x, y):
    trace = init(params)

    def loss_of(p):
        return -jnp.mean(
            jnp.take_along_axis(jax.nn.log_softmax(jmlp(p, x, jnp.tanh)), y[:, None], 1)
        )

    loss, g = jax.value_and_grad(loss_of)(params)
    trace = jax.tree.map(lambda t, d: 0.9 * t + d, trace, g)
    return jax.tree.map(lambda p, t: p - 0.05 * t, params, trace), loss


loop = JaxLoop(dense_tree(reference), step)

EXPECTED = "The velocities are initialised anew at each call, so momentum never builds up."
STAGE = ("state",)
CAUSE = "momentum_missing"
