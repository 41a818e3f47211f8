"""A JAX step that forgets to hand on the optimizer's new state."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import classes, mlp

from kerasfoundations.diagnose import JaxLoop


def loss_fn(params, x, y):
    (w1, b1), (w2, b2) = params
    logits = jax.nn.relu(x @ w1 + b1) @ w2 + b2
    return -jnp.mean(jnp.sum(jax.nn.log_softmax(logits) * y, axis=-1))


def update(grads, opt_state, params):
    trace = jax.tree.map(lambda t, g: 0.9 * t + g, opt_state, grads)
    return jax.tree.map(lambda t: -0.05 * t, trace), trace


@jax.jit
def train_step(params, opt_state, x, y):
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    updates, new_state = update(grads, opt_state, params)
    params = jax.tree.map(jnp.add, params, updates)
    return params, opt_state, loss


params = [(jnp.zeros((4, 6)), jnp.zeros(6)), (jnp.zeros((6, 3)), jnp.zeros(3))]
loop = JaxLoop(params, train_step, jax.tree.map(jnp.zeros_like, params))
reference = mlp([4, 6, 3], "relu")
reference.compile(
    keras.optimizers.SGD(0.05, momentum=0.9), keras.losses.CategoricalCrossentropy(from_logits=True)
)
batches = classes(28)

EXPECTED = "The step returns the old optimizer state instead of the new one, so momentum starts from zero at every step."
STAGE = ("state",)
CAUSE = "momentum_missing"
