"""Losses of single samples by vmap, summed over the batch."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "the losses of the samples are summed over the batch, not averaged"
STAGE = ("reduction",)
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "relu"), D(3)],
    keras.optimizers.SGD(0.03),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = labels(28)
params = {
    "hidden": {"w": jnp.zeros((5, 6)), "b": jnp.zeros(6)},
    "out": {"w": jnp.zeros((6, 3)), "b": jnp.zeros(3)},
}


def forward(params, x):
    h = jax.nn.relu(x @ params["hidden"]["w"] + params["hidden"]["b"])
    return h @ params["out"]["w"] + params["out"]["b"]


def sample_loss(params, x, y):
    return -jax.nn.log_softmax(forward(params, x))[y]


@jax.jit
def step(params, x, y):
    def total(params):
        return jnp.sum(jax.vmap(sample_loss, in_axes=(None, 0, 0))(params, x, y))

    loss, grads = jax.value_and_grad(total)(params)
    return jax.tree.map(lambda p, g: p - 0.03 * g, params, grads), loss


loop = JaxLoop(params, step, predict=forward)
CAUSE = "loss_summed"
