"""A schedule that depends on a Python counter inside of a jitted step."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import mlp, regression

from kerasfoundations.diagnose import JaxLoop

STEPS = 0


def schedule(i):
    return 0.1 * 0.7**i


def loss_fn(params, x, y):
    (w1, b1), (w2, b2) = params
    return jnp.mean((jnp.tanh(x @ w1 + b1) @ w2 + b2 - y) ** 2)


@jax.jit
def update(params, x, y):
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    lr = schedule(STEPS)
    return jax.tree.map(lambda p, g: p - lr * g, params, grads), loss


def step(params, x, y):
    global STEPS
    out = update(params, x, y)
    STEPS += 1
    return out


params = [(jnp.zeros((4, 6)), jnp.zeros(6)), (jnp.zeros((6, 1)), jnp.zeros(1))]
loop = JaxLoop(params, step)
reference = mlp([4, 6, 1])
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.7)), "mse"
)
batches = regression(32, n=48)

EXPECTED = "The learning rate is computed from a Python counter while jit traces, so it stays what it was at tracing."
STAGE = ("state", "update")
CAUSE = "schedule_frozen"
