"""JAX step with Adam written by hand that returns the old optimizer state."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.practice_data import cut, mlp, tabular

from kerasfoundations.diagnose import JaxLoop

x, y = tabular(36)
batches = cut(9, x, y)
reference = mlp(47, 4, 1)
reference.compile(keras.optimizers.Adam(0.01), "mse")
params = [
    {"w": np.zeros((4, 5), "float32"), "b": np.zeros(5, "float32")},
    {"w": np.zeros((5, 1), "float32"), "b": np.zeros(1, "float32")},
]


def loss_of(params, x, y):
    h = jnp.tanh(x @ params[0]["w"] + params[0]["b"])
    return jnp.mean((h @ params[1]["w"] + params[1]["b"] - y) ** 2)


def adam(params, state, grads, lr=0.01):
    t, m, v = state
    t = t + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, grads)
    rate = lr * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-7), params, m, v), (
        t,
        m,
        v,
    )


@jax.jit
def step(params, state, x, y):
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    params, new_state = adam(params, state, grads)
    return params, state, loss


zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, (jnp.zeros(()), zeros, zeros))
EXPECTED = "The step returns the optimizer state that it was given instead of the new one, so Adam always takes its first step."
STAGE = ("state",)
CAUSE = "optimizer_rebuilt"
