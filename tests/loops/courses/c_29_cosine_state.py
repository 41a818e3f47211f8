"""A cosine schedule computed from the count in the state; jitted."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import binary, mlp

from kerasfoundations.diagnose import JaxLoop


def loss_fn(params, x, y):
    (w1, b1), (w2, b2) = params
    z = jnp.tanh(x @ w1 + b1) @ w2 + b2
    return jnp.mean(jnp.logaddexp(0, z) - y * z)


@jax.jit
def step(params, state, x, y):
    count, trace = state
    lr = 0.2 * 0.5 * (1 + jnp.cos(jnp.pi * jnp.minimum(count, 10) / 10))
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    trace = jax.tree.map(lambda v, g: 0.9 * v - lr * g, trace, grads)
    return jax.tree.map(jnp.add, params, trace), (count + 1, trace), loss


params = [(jnp.zeros((4, 6)), jnp.zeros(6)), (jnp.zeros((6, 1)), jnp.zeros(1))]
loop = JaxLoop(params, step, (0, jax.tree.map(jnp.zeros_like, params)))
reference = mlp([4, 6, 1])
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.2, 10), momentum=0.9),
    keras.losses.BinaryCrossentropy(from_logits=True),
)
batches = binary(129)

EXPECTED = "equal"
