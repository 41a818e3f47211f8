"""A learning rate computed from a Python counter within a jitted step."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "the learning rate is read from a Python variable inside jit, so its value at tracing is kept for all steps"
STAGE = ("state", "update")
D = keras.layers.Dense
rate = keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.5)
reference = keras_model([(4,), D(6, "tanh"), D(1)], keras.optimizers.SGD(rate), "mse")
batches = regression(27)
params = [{"w": jnp.zeros((4, 6)), "b": jnp.zeros(6)}, {"w": jnp.zeros((6, 1)), "b": jnp.zeros(1)}]
iteration = 0


def loss_fn(params, x, y):
    h = jnp.tanh(x @ params[0]["w"] + params[0]["b"])
    return jnp.mean((h @ params[1]["w"] + params[1]["b"] - y) ** 2)


@jax.jit
def update(params, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    lr = 0.1 / (1 + 0.5 * iteration)
    return jax.tree.map(lambda p, g: p - lr * g, params, g), loss


def step(params, x, y):
    global iteration
    params, loss = update(params, x, y)
    iteration += 1
    return params, loss


loop = JaxLoop(params, step)
CAUSE = "schedule_frozen"
