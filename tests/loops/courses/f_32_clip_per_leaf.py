"""Gradient clipping with tree_map in JAX."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import mlp, regression

from kerasfoundations.diagnose import JaxLoop


def forward(params, x):
    h = jnp.tanh(x @ params["l1"]["w"] + params["l1"]["b"])
    return h @ params["l2"]["w"] + params["l2"]["b"]


def loss_fn(params, x, y):
    return jnp.mean(jnp.square(forward(params, x) - y))


def clip(g, max_norm=0.15):
    norm = jnp.linalg.norm(g)
    return g * jnp.minimum(1.0, max_norm / (norm + 1e-12))


@jax.jit
def step(params, x, y):
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    grads = jax.tree.map(clip, grads)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss


params = {
    "l1": {"w": jnp.zeros((4, 6)), "b": jnp.zeros(6)},
    "l2": {"w": jnp.zeros((6, 1)), "b": jnp.zeros(1)},
}
loop = JaxLoop(params, step, predict=forward)
reference = mlp([4, 6, 1])
reference.compile(keras.optimizers.SGD(0.1, global_clipnorm=0.15), "mse")
batches = regression(31)

EXPECTED = "Every array is clipped to the norm by itself (tree.map), where the reference clips by the global norm of all gradients."
STAGE = ("gradients", "update")
CAUSE = "clipping_kind"
