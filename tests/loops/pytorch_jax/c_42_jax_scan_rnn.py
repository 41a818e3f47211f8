"""A simple RNN as a lax.scan over time."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(1268)
keras.utils.set_random_seed(1268)

x = rng.normal(size=(36, 5, 3)).astype("float32")
y = (x.mean(1) @ rng.normal(size=(3, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 36, 12)]
reference = keras.Sequential([keras.Input((5, 3)), L.SimpleRNN(6), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.1), "mse")
params = [
    np.zeros((3, 6), "f"),
    np.zeros((6, 6), "f"),
    np.zeros(6, "f"),
    np.zeros((6, 1), "f"),
    np.zeros(1, "f"),
]


def forward(params, x):
    W, U, b, V, c = params

    def cell(h, x):
        return jnp.tanh(x @ W + h @ U + b), None

    h, _ = jax.lax.scan(cell, jnp.zeros((x.shape[0], 6)), jnp.swapaxes(x, 0, 1))
    return h @ V + c


@jax.jit
def step(params, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean(jnp.square(forward(p, x) - y)))(params)
    return [p - 0.1 * g for p, g in zip(params, grads)], loss


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "equal"
