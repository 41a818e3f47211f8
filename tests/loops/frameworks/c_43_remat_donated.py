"""jax.checkpoint on each layer, donated buffers, and Lion's rule handed through as a tuple."""

from functools import partial

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, table

batches = table(kind="bin")
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(5, "tanh"),
    L.Dense(1),
    opt=keras.optimizers.Lion(0.01),
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
)


@jax.checkpoint
def layer(w, b, x):
    return jnp.tanh(x @ w + b)


def logits(p, x):
    *hidden, (w, b) = list(zip(p[::2], p[1::2]))
    for v, c in hidden:
        x = layer(v, c, x)
    return x @ w + b


@partial(jax.jit, donate_argnums=0)
def update(carry, x, y):
    p, m = carry

    def loss_fn(p):
        z = logits(p, x)
        return jnp.mean(jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z))))

    loss, g = jax.value_and_grad(loss_fn)(p)
    p = [p - 0.01 * jnp.sign(0.9 * m + 0.1 * g) for p, m, g in zip(p, m, g)]
    m = [0.99 * m + 0.01 * g for m, g in zip(m, g)]
    return (p, m), loss


class Loop:
    def __init__(self):
        shapes = [(4, 6), (6,), (6, 5), (5,), (5, 1), (1,)]
        self.carry = ([jnp.zeros(s) for s in shapes], [jnp.zeros(s) for s in shapes])

    def get_weights(self):
        return [np.array(a) for a in self.carry[0]]

    def set_weights(self, arrays):
        self.carry = ([jnp.array(a, copy=True) for a in arrays], self.carry[1])

    def train_step(self, x, y):
        self.carry, loss = update(self.carry, x, y)
        return float(loss)

    def predict(self, x):
        return np.array(logits(self.carry[0], x))


loop = Loop()
EXPECTED = "equal"
