"""A JAX loss that divides by BATCH_SIZE."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import mlp, regression

from kerasfoundations.diagnose import JaxLoop

BATCH_SIZE = 16


def loss_fn(params, x, y):
    for w, b in params[:-1]:
        x = jax.nn.relu(x @ w + b)
    w, b = params[-1]
    return jnp.sum(jnp.mean((x @ w + b - y) ** 2, axis=-1)) / BATCH_SIZE


@jax.jit
def step(params, x, y):
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    return [(w - 0.05 * dw, b - 0.05 * db) for (w, b), (dw, db) in zip(params, grads)], loss


params = [
    (jnp.zeros((4, 6)), jnp.zeros(6)),
    (jnp.zeros((6, 5)), jnp.zeros(5)),
    (jnp.zeros((5, 2)), jnp.zeros(2)),
]
loop = JaxLoop(params, step)
reference = mlp([4, 6, 5, 2], "relu")
reference.compile(keras.optimizers.SGD(0.05), "mse")
batches = regression(30, k=2, n=39)

EXPECTED = "The summed loss is divided by the constant BATCH_SIZE, also for the smaller last batch, which then counts too little."
STAGE = ("reduction",)
CAUSE = "fixed_batch_size"
