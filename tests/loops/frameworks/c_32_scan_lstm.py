"""An LSTM with lax.scan whose four gates are one matrix in Keras's order (i, f, c, o)."""

from functools import partial

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, sequences

from kerasfoundations.diagnose import JaxLoop

batches = sequences()
reference = build((5, 3), L.LSTM(4), L.Dense(1), opt=keras.optimizers.SGD(0.1), loss="mse")
params = {
    "lstm": {"kernel": np.zeros((3, 16)), "recurrent": np.zeros((4, 16)), "bias": np.zeros(16)},
    "head": {"kernel": np.zeros((4, 1)), "bias": np.zeros(1)},
}


def cell(p, carry, x):
    h, c = carry
    both = jnp.concatenate([x, h], -1) @ jnp.concatenate([p["kernel"], p["recurrent"]])
    i, f, g, o = jnp.split(both + p["bias"], 4, axis=-1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return (h, c), h


def forward(params, x):
    zeros = jnp.zeros((x.shape[0], 4))
    _, hs = jax.lax.scan(partial(cell, params["lstm"]), (zeros, zeros), x.transpose(1, 0, 2))
    return hs[-1] @ params["head"]["kernel"] + params["head"]["bias"]


@jax.jit
def step(params, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, g), loss


loop = JaxLoop(
    params,
    step,
    predict=forward,
    order=["lstm.kernel", "lstm.recurrent", "lstm.bias", "head.kernel", "head.bias"],
)
EXPECTED = "equal"
