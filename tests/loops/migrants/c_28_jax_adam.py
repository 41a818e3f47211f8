"""Adam over a pytree with Keras's form of the correction."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model([(4,), D(6, "tanh"), D(1)], keras.optimizers.Adam(0.01), "mse")
batches = regression(128)
params = [{"w": jnp.zeros((4, 6)), "b": jnp.zeros(6)}, {"w": jnp.zeros((6, 1)), "b": jnp.zeros(1)}]


def init_state(params):
    zeros = jax.tree.map(jnp.zeros_like, params)
    return {"count": jnp.zeros((), jnp.int32), "m": zeros, "v": zeros}


def loss_fn(params, x, y):
    h = jnp.tanh(x @ params[0]["w"] + params[0]["b"])
    return jnp.mean(jnp.square(h @ params[1]["w"] + params[1]["b"] - y))


@jax.jit
def step(params, state, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    t = state["count"] + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, state["m"], g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g**2, state["v"], g)
    alpha = 0.01 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    params = jax.tree.map(lambda p, m, v: p - alpha * m / (jnp.sqrt(v) + 1e-7), params, m, v)
    return params, {"count": t, "m": m, "v": v}, loss


loop = JaxLoop(params, step, init_state(params))
