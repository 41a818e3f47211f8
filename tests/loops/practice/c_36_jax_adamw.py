"""JAX step with AdamW written by hand."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.practice_data import cut, mlp, tabular

from kerasfoundations.diagnose import JaxLoop

x, y = tabular(136)
batches = cut(9, x, y)
reference = mlp(136, 4, 1)
reference.compile(keras.optimizers.AdamW(0.01, weight_decay=0.1), "mse")
params = [
    {"w": np.zeros((4, 5), "float32"), "b": np.zeros(5, "float32")},
    {"w": np.zeros((5, 1), "float32"), "b": np.zeros(1, "float32")},
]


def loss_of(params, x, y):
    h = jnp.tanh(x @ params[0]["w"] + params[0]["b"])
    return jnp.mean((h @ params[1]["w"] + params[1]["b"] - y) ** 2)


@jax.jit
def step(params, state, x, y):
    t, m, v = state
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    t = t + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, grads)
    rate = 0.01 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    params = jax.tree.map(
        lambda w, m, v: w * (1 - 0.01 * 0.1) - rate * m / (jnp.sqrt(v) + 1e-7), params, m, v
    )
    return params, (t, m, v), loss


zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, (jnp.zeros(()), zeros, zeros))

EXPECTED = "equal"
