"""An Elman network with lax.scan."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, sequences

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "equal"
reference = keras_model(
    [(5, 3), keras.layers.SimpleRNN(4), keras.layers.Dense(1)],
    keras.optimizers.SGD(0.05, momentum=0.9),
    "mse",
)
batches = sequences(131)
params = [(jnp.zeros((3, 4)), jnp.zeros((4, 4)), jnp.zeros(4)), (jnp.zeros((4, 1)), jnp.zeros(1))]


def predict(params, x):
    (wx, wh, b), (wo, bo) = params

    def cell(h, x_t):
        h = jnp.tanh(x_t @ wx + h @ wh + b)
        return h, None

    h, _ = jax.lax.scan(cell, jnp.zeros((x.shape[0], 4)), jnp.swapaxes(x, 0, 1))
    return h @ wo + bo


@jax.jit
def step(params, velocity, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean((predict(p, x) - y) ** 2))(params)
    velocity = jax.tree.map(lambda v, g: 0.9 * v - 0.05 * g, velocity, g)
    return jax.tree.map(jnp.add, params, velocity), velocity, loss


loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params), predict=predict)
