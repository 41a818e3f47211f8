"""Losses of single samples by vmap, times the weight of the class, averaged."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "equal"
class_weight = np.float32([0.5, 2.0, 1.0])
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "relu"), D(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = [(x, y, class_weight[y]) for x, y in labels(129)]
params = {
    "hidden": {"w": jnp.zeros((5, 6)), "b": jnp.zeros(6)},
    "out": {"w": jnp.zeros((6, 3)), "b": jnp.zeros(3)},
}


def sample_loss(params, x, y):
    h = jax.nn.relu(x @ params["hidden"]["w"] + params["hidden"]["b"])
    z = h @ params["out"]["w"] + params["out"]["b"]
    return jax.nn.logsumexp(z) - z[y]


@jax.jit
def step(params, x, y):
    def total(params):
        losses = jax.vmap(sample_loss, in_axes=(None, 0, 0))(params, x, y)
        return jnp.mean(losses * jnp.asarray(class_weight)[y])

    loss, grads = jax.value_and_grad(total)(params)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss


loop = JaxLoop(params, step)
