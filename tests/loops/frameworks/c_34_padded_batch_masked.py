"""The last batch padded to one static shape, with a mask and a division by the number of real samples."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, table

from kerasfoundations.diagnose import JaxLoop

batches = table(out=2)
reference = build((4,), L.Dense(6, "tanh"), L.Dense(2), opt=keras.optimizers.SGD(0.1), loss="mse")
SIZE = 16


def pad(a):
    a = np.asarray(a)
    return np.pad(a, [(0, SIZE - len(a))] + [(0, 0)] * (a.ndim - 1))


def forward(params, x):
    x = jnp.tanh(x @ params["l0"]["w"] + params["l0"]["b"])
    return x @ params["l1"]["w"] + params["l1"]["b"]


@jax.jit
def compiled(params, x, y, mask):
    def loss_fn(p):
        per_sample = jnp.mean((forward(p, x) - y) ** 2, axis=-1)
        return jnp.sum(per_sample * mask) / jnp.sum(mask)

    loss, g = jax.value_and_grad(loss_fn)(params)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, g), loss


def step(params, x, y):
    return compiled(params, pad(x), pad(y), (np.arange(SIZE) < len(x)).astype("float32"))


params = {
    "l0": {"w": np.zeros((4, 6)), "b": np.zeros(6)},
    "l1": {"w": np.zeros((6, 2)), "b": np.zeros(2)},
}
loop = JaxLoop(params, step, predict=forward)
EXPECTED = "equal"
