"""A simple recurrent network as a scan over time."""

import jax
import jax.numpy as jnp
import keras
from keras import layers
from loops.port_data import net, series

from kerasfoundations.diagnose import JaxLoop

batches = series(136)
reference = net(
    (5, 3),
    [layers.SimpleRNN(4), layers.Dense(1)],
    keras.optimizers.SGD(0.1, momentum=0.9),
    "mse",
    136,
)


def predict(params, x):
    wx, wh, b, w, c = params

    def cell(h, xt):
        return jnp.tanh(xt @ wx + h @ wh + b), None

    h, _ = jax.lax.scan(cell, jnp.zeros((x.shape[0], 4)), jnp.swapaxes(x, 0, 1))
    return h @ w + c


@jax.jit
def step(params, trace, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean((predict(p, x) - y) ** 2))(params)
    trace = jax.tree.map(lambda t, d: 0.9 * t + d, trace, g)
    return jax.tree.map(lambda p, t: p - 0.1 * t, params, trace), trace, loss


params = [jnp.asarray(w) for w in reference.get_weights()]
loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params), predict=predict)

EXPECTED = "equal"
