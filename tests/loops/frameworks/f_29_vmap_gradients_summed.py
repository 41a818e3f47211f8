"""Per-example gradients with vmap(grad) whose batch axis is summed away."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, table

from kerasfoundations.diagnose import JaxLoop

batches = table()
reference = build((4,), L.Dense(6, "tanh"), L.Dense(1), opt=keras.optimizers.SGD(0.02), loss="mse")
params = [{"w": np.zeros((4, 6)), "b": np.zeros(6)}, {"w": np.zeros((6, 1)), "b": np.zeros(1)}]


def forward(params, x):
    h = jnp.tanh(x @ params[0]["w"] + params[0]["b"])
    return h @ params[1]["w"] + params[1]["b"]


def loss_one(params, x, y):
    return jnp.mean((forward(params, x) - y) ** 2)


per_example = jax.vmap(jax.value_and_grad(loss_one), in_axes=(None, 0, 0))


@jax.jit
def step(params, x, y):
    losses, grads = per_example(params, x, y)
    grads = jax.tree.map(lambda g: g.sum(0), grads)
    return jax.tree.map(lambda p, g: p - 0.02 * g, params, grads), losses.mean()


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "the per-example gradients are summed over the batch instead of averaged (while the reported loss is the mean)"
STAGE = ("gradients", "reduction")
CAUSE = "gradient_summed"
