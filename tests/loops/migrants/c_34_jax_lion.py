"""Lion in five lines of jax.tree.map."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import binary, keras_model

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "silu"), D(1)],
    keras.optimizers.Lion(0.003),
    keras.losses.BinaryCrossentropy(from_logits=True),
)
batches = binary(134)
params = {
    "l0": {"w": jnp.zeros((5, 6)), "b": jnp.zeros(6)},
    "l1": {"w": jnp.zeros((6, 1)), "b": jnp.zeros(1)},
}


def loss_fn(params, x, y):
    h = jax.nn.silu(x @ params["l0"]["w"] + params["l0"]["b"])
    z = h @ params["l1"]["w"] + params["l1"]["b"]
    return jnp.mean(jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z))))


@jax.jit
def step(params, m, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    params = jax.tree.map(lambda p, m, g: p - 0.003 * jnp.sign(0.9 * m + 0.1 * g), params, m, g)
    m = jax.tree.map(lambda m, g: 0.99 * m + 0.01 * g, m, g)
    return params, m, loss


loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params))
