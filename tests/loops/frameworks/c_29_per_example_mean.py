"""Per-example gradients with vmap(value_and_grad), averaged over the batch."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, sparse_ce, table

from kerasfoundations.diagnose import JaxLoop

batches = table(kind="cls", out=3)
reference = build(
    (4,), L.Dense(6, "tanh"), L.Dense(3), opt=keras.optimizers.SGD(0.2), loss=sparse_ce()
)
params = [{"w": np.zeros((4, 6)), "b": np.zeros(6)}, {"w": np.zeros((6, 3)), "b": np.zeros(3)}]


def forward(params, x):
    h = jnp.tanh(x @ params[0]["w"] + params[0]["b"])
    return h @ params[1]["w"] + params[1]["b"]


def loss_one(params, x, y):
    return -jax.nn.log_softmax(forward(params, x))[y]


@jax.jit
def step(params, x, y):
    losses, grads = jax.vmap(jax.value_and_grad(loss_one), (None, 0, 0))(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.2 * jnp.mean(g, axis=0), params, grads), losses.mean()


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "equal"
