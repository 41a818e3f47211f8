"""Gradients summed over single samples in a lax.scan, divided by their number at the end."""

import jax
import jax.numpy as jnp
import keras
from loops.framework_data import L, build, table

from kerasfoundations.diagnose import JaxLoop

batches = table(kind="onehot", out=3)
reference = build(
    (4,),
    L.Dense(6, "relu"),
    L.Dense(3),
    opt=keras.optimizers.SGD(0.1, momentum=0.9),
    loss=keras.losses.CategoricalCrossentropy(from_logits=True),
)


def forward(params, x):
    (w1, b1), (w2, b2) = params
    return jax.nn.relu(x @ w1 + b1) @ w2 + b2


def loss_fn(params, x, y):
    return -jnp.sum(y * jax.nn.log_softmax(forward(params, x)))


@jax.jit
def step(params, velocity, x, y):
    def body(carry, pair):
        total, acc = carry
        loss, g = jax.value_and_grad(loss_fn)(params, *pair)
        return (total + loss, jax.tree.map(jnp.add, acc, g)), None

    (total, acc), _ = jax.lax.scan(body, (0.0, jax.tree.map(jnp.zeros_like, params)), (x, y))
    n = x.shape[0]
    velocity = jax.tree.map(lambda v, g: 0.9 * v - 0.1 * g / n, velocity, acc)
    return jax.tree.map(jnp.add, params, velocity), velocity, total / n


params = [(jnp.zeros((4, 6)), jnp.zeros(6)), (jnp.zeros((6, 3)), jnp.zeros(3))]
loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params), predict=forward)
EXPECTED = "equal"
