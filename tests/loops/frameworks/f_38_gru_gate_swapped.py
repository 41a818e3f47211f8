"""A GRU with lax.scan by the formula of the other paper: h = (1 - z) h + z n."""

from functools import partial

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, sequences

from kerasfoundations.diagnose import JaxLoop

batches = sequences()
reference = build(
    (5, 3), L.GRU(4, reset_after=False), L.Dense(1), opt=keras.optimizers.SGD(0.1), loss="mse"
)
params = {
    "gru": {"kernel": np.zeros((3, 12)), "recurrent": np.zeros((4, 12)), "bias": np.zeros(12)},
    "head": {"kernel": np.zeros((4, 1)), "bias": np.zeros(1)},
}


def cell(p, h, x):
    xz, xr, xn = jnp.split(x @ p["kernel"] + p["bias"], 3, axis=-1)
    uz, ur, un = jnp.split(p["recurrent"], 3, axis=1)
    z = jax.nn.sigmoid(xz + h @ uz)
    r = jax.nn.sigmoid(xr + h @ ur)
    n = jnp.tanh(xn + (r * h) @ un)
    h = (1 - z) * h + z * n
    return h, None


def forward(params, x):
    h, _ = jax.lax.scan(
        partial(cell, params["gru"]), jnp.zeros((x.shape[0], 4)), jnp.swapaxes(x, 0, 1)
    )
    return h @ params["head"]["kernel"] + params["head"]["bias"]


@jax.jit
def step(params, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, g), loss


loop = JaxLoop(
    params,
    step,
    predict=forward,
    order=["gru.kernel", "gru.recurrent", "gru.bias", "head.kernel", "head.bias"],
)
EXPECTED = "the update gate is used the other way round: the new state should be z * h + (1 - z) * candidate"
STAGE = ("outputs",)
CAUSE = "update_gate_turned"
