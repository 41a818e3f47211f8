"""The last batch is padded with zero rows to one static shape, to avoid a recompilation, and averaged over all rows."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, table

from kerasfoundations.diagnose import JaxLoop

batches = table(out=2)
reference = build((4,), L.Dense(6, "tanh"), L.Dense(2), opt=keras.optimizers.SGD(0.1), loss="mse")
SIZE = 10


def pad(a):
    a = np.asarray(a)
    return (
        np.concatenate([a, np.zeros((SIZE - len(a), *a.shape[1:]), a.dtype)])
        if len(a) < SIZE
        else a
    )


def forward(params, x):
    x = jnp.tanh(x @ params["l0"]["w"] + params["l0"]["b"])
    return x @ params["l1"]["w"] + params["l1"]["b"]


@jax.jit
def compiled(params, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, g), loss


def step(params, x, y):
    return compiled(params, pad(x), pad(y))


params = {
    "l0": {"w": np.zeros((4, 6)), "b": np.zeros(6)},
    "l1": {"w": np.zeros((6, 2)), "b": np.zeros(2)},
}
loop = JaxLoop(params, step, predict=forward)
EXPECTED = "the smaller last batch is padded with rows of zeros that count as samples in the mean"
STAGE = ("reduction", "data")
CAUSE = "last_batch_padded"
