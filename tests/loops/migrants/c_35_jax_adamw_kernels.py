"""AdamW with a decay mask by the number of dimensions, and an L1 penalty of the first kernel."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "equal"
D = keras.layers.Dense
adamw = keras.optimizers.AdamW(0.01, weight_decay=0.05)
adamw.exclude_from_weight_decay(var_names=["bias"])
reference = keras_model(
    [(5,), D(6, "tanh", kernel_regularizer=keras.regularizers.L1(0.01)), D(3)],
    adamw,
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = labels(135)
params = [{"w": jnp.zeros((5, 6)), "b": jnp.zeros(6)}, {"w": jnp.zeros((6, 3)), "b": jnp.zeros(3)}]
zeros = jax.tree.map(jnp.zeros_like, params)


def loss_fn(params, x, y):
    h = jnp.tanh(x @ params[0]["w"] + params[0]["b"])
    logp = jax.nn.log_softmax(h @ params[1]["w"] + params[1]["b"])
    return -logp[jnp.arange(len(y)), y].mean() + 0.01 * jnp.abs(params[0]["w"]).sum()


@jax.jit
def step(params, state, x, y):
    t, m, v = state
    t = t + 1
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    params = jax.tree.map(lambda p: p - 0.01 * 0.05 * p if p.ndim > 1 else p, params)
    m = jax.tree.map(lambda m, g: m + (g - m) * 0.1, m, g)
    v = jax.tree.map(lambda v, g: v + (g * g - v) * 0.001, v, g)
    alpha = 0.01 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    params = jax.tree.map(lambda p, m, v: p - alpha * m / (jnp.sqrt(v) + 1e-7), params, m, v)
    return params, (t, m, v), loss


loop = JaxLoop(params, step, (0, zeros, zeros))
