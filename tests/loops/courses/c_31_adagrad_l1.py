"""Adagrad with Keras's initial accumulator, and an L1 penalty on kernels."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import mlp, regression

from kerasfoundations.diagnose import JaxLoop


def penalty(params):
    return 0.01 * sum(jnp.sum(jnp.abs(layer["kernel"])) for layer in params.values())


def loss_fn(params, x, y):
    h = jax.nn.softplus(x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"])
    out = h @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"]
    return jnp.mean((out - y) ** 2) + penalty(params)


@jax.jit
def step(params, acc, x, y):
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    acc = jax.tree.map(lambda a, g: a + g**2, acc, grads)
    return (
        jax.tree.map(lambda p, g, a: p - 0.1 * g / jnp.sqrt(a + 1e-7), params, grads, acc),
        acc,
        loss,
    )


params = {
    "Dense_0": {"kernel": jnp.zeros((4, 5)), "bias": jnp.zeros(5)},
    "Dense_1": {"kernel": jnp.zeros((5, 1)), "bias": jnp.zeros(1)},
}
loop = JaxLoop(params, step, jax.tree.map(lambda p: jnp.full_like(p, 0.1), params))
reference = mlp([4, 5, 1], "softplus", kernel_regularizer=keras.regularizers.L1(0.01))
reference.compile(keras.optimizers.Adagrad(0.1), "mse")
batches = regression(131)

EXPECTED = "equal"
