"""The MNIST example of JAX's documentation: lists of (w, b)."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import classes, mlp

from kerasfoundations.diagnose import JaxLoop


def predict(params, x):
    for w, b in params[:-1]:
        x = jnp.tanh(jnp.dot(x, w) + b)
    w, b = params[-1]
    logits = jnp.dot(x, w) + b
    return logits - jax.scipy.special.logsumexp(logits, axis=1, keepdims=True)


def loss_fn(params, x, y):
    return -jnp.mean(jnp.sum(predict(params, x) * y, axis=1))


@jax.jit
def update(params, x, y):
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    return [(w - 0.1 * dw, b - 0.1 * db) for (w, b), (dw, db) in zip(params, grads)], loss


params = [
    (jnp.zeros((4, 6)), jnp.zeros(6)),
    (jnp.zeros((6, 5)), jnp.zeros(5)),
    (jnp.zeros((5, 3)), jnp.zeros(3)),
]
loop = JaxLoop(params, update)
reference = mlp([4, 6, 5, 3])
reference.compile(keras.optimizers.SGD(0.1), keras.losses.CategoricalCrossentropy(from_logits=True))
batches = classes(124)

EXPECTED = "equal"
