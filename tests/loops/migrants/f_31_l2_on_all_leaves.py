"""Weight penalty as a sum over jax.tree.leaves(params)."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import JaxLoop

EXPECTED = (
    "the L2 penalty runs over all leaves, biases included; the reference regularizes kernels only"
)
STAGE = ("regularization",)
D, l2 = keras.layers.Dense, keras.regularizers.L2(0.02)
reference = keras_model(
    [(5,), D(6, "relu", kernel_regularizer=l2), D(3, kernel_regularizer=l2)],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = labels(31)
params = [{"w": jnp.zeros((5, 6)), "b": jnp.zeros(6)}, {"w": jnp.zeros((6, 3)), "b": jnp.zeros(3)}]


def loss_fn(params, x, y):
    h = jax.nn.relu(x @ params[0]["w"] + params[0]["b"])
    logp = jax.nn.log_softmax(h @ params[1]["w"] + params[1]["b"])
    nll = -jnp.mean(jnp.take_along_axis(logp, y[:, None], axis=1))
    return nll + 0.02 * sum(jnp.sum(jnp.square(p)) for p in jax.tree.leaves(params))


@jax.jit
def step(params, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, g), loss


loop = JaxLoop(params, step)
CAUSE = "penalty_on_bias"
