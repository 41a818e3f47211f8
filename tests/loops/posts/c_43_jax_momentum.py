"""JAX step with momentum as state."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import JaxLoop

keras.utils.set_random_seed(143)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(8, activation="tanh"), layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse")
params = [
    {"w": np.zeros((5, 8), "float32"), "b": np.zeros(8, "float32")},
    {"w": np.zeros((8, 1), "float32"), "b": np.zeros(1, "float32")},
]


def predict(params, x):
    h = jnp.tanh(x @ params[0]["w"] + params[0]["b"])
    return h @ params[1]["w"] + params[1]["b"]


def loss_of(params, x, y):
    return jnp.mean((predict(params, x) - y) ** 2)


@jax.jit
def step(params, velocity, x, y):
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    velocity = jax.tree.map(lambda v, g: 0.9 * v + g, velocity, grads)
    params = jax.tree.map(lambda p, v: p - 0.05 * v, params, velocity)
    return params, velocity, loss


loop = JaxLoop(params, step, jax.tree.map(np.zeros_like, params), predict=predict)
batches = cut(*regression(143), 12)
EXPECTED = "equal"
