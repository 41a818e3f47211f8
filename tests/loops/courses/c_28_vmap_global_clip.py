"""Loss of one example under vmap, and clipping by the global norm."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import mlp, regression

from kerasfoundations.diagnose import JaxLoop


def apply(params, x):
    (w1, b1), (w2, b2) = params
    return jax.nn.sigmoid(x @ w1 + b1) @ w2 + b2


def loss_one(params, x, y):
    return jnp.mean((apply(params, x) - y) ** 2)


def loss_fn(params, x, y):
    return jax.vmap(loss_one, in_axes=(None, 0, 0))(params, x, y).mean()


@jax.jit
def step(params, x, y):
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    norm = jnp.sqrt(sum(jnp.sum(g**2) for g in jax.tree.leaves(grads)))
    factor = jnp.where(norm > 0.25, 0.25 / norm, 1.0)
    return jax.tree.map(lambda p, g: p - 0.2 * factor * g, params, grads), loss


params = [(jnp.zeros((4, 5)), jnp.zeros(5)), (jnp.zeros((5, 2)), jnp.zeros(2))]
loop = JaxLoop(params, step, predict=apply)
reference = mlp([4, 5, 2], "sigmoid")
reference.compile(keras.optimizers.SGD(0.2, global_clipnorm=0.25), "mse")
batches = regression(128, k=2)

EXPECTED = "equal"
