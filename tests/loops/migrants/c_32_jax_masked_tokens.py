"""Masked cross-entropy of padded sequences: sum over real tokens by their number."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, tokens

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "equal"
reference = keras_model(
    [(6,), keras.layers.Embedding(9, 5, mask_zero=True), keras.layers.Dense(4)],
    keras.optimizers.SGD(0.3),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = tokens(132)
params = [(jnp.zeros((9, 5)),), (jnp.zeros((5, 4)), jnp.zeros(4))]


def loss_fn(params, x, y):
    (table,), (w, b) = params
    logp = jax.nn.log_softmax(table[x] @ w + b)
    nll = -jnp.take_along_axis(logp, y[..., None], axis=-1)[..., 0]
    mask = (x != 0).astype(jnp.float32)
    return jnp.sum(nll * mask) / jnp.maximum(mask.sum(), 1)


@jax.jit
def step(params, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.3 * g, params, g), loss


loop = JaxLoop(params, step)
