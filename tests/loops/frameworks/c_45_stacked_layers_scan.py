"""Equal hidden layers stacked in one array and run with lax.scan, as large models are compiled."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, sparse_ce, table

batches = table(d=5, kind="cls", out=3)
reference = build(
    (5,),
    L.Dense(6),
    L.Dense(6, "tanh"),
    L.Dense(6, "tanh"),
    L.Dense(3),
    opt=keras.optimizers.Adagrad(0.1),
    loss=sparse_ce(),
)


def logits(p, x):
    h = x @ p["in"][0] + p["in"][1]
    h, _ = jax.lax.scan(lambda h, wb: (jnp.tanh(h @ wb[0] + wb[1]), None), h, p["stack"])
    return h @ p["out"][0] + p["out"][1]


@jax.jit
def update(p, acc, x, y):
    def loss_fn(p):
        return -jnp.mean(jnp.sum(jax.nn.one_hot(y, 3) * jax.nn.log_softmax(logits(p, x)), -1))

    loss, g = jax.value_and_grad(loss_fn)(p)
    acc = jax.tree.map(lambda a, g: a + g**2, acc, g)
    return jax.tree.map(lambda p, g, a: p - 0.1 * g / jnp.sqrt(a + 1e-7), p, g, acc), acc, loss


class Stacked:
    def __init__(self):
        self.p = {
            "in": (jnp.zeros((5, 6)), jnp.zeros(6)),
            "stack": (jnp.zeros((2, 6, 6)), jnp.zeros((2, 6))),
            "out": (jnp.zeros((6, 3)), jnp.zeros(3)),
        }
        self.acc = jax.tree.map(lambda p: jnp.full_like(p, 0.1), self.p)

    def get_weights(self):
        (a, b), (w, c), (d, e) = self.p["in"], self.p["stack"], self.p["out"]
        return [np.array(v) for v in (a, b, w[0], c[0], w[1], c[1], d, e)]

    def set_weights(self, arrays):
        a, b, w0, c0, w1, c1, d, e = (jnp.asarray(v) for v in arrays)
        self.p = {"in": (a, b), "stack": (jnp.stack([w0, w1]), jnp.stack([c0, c1])), "out": (d, e)}

    def train_step(self, x, y):
        self.p, self.acc, loss = update(self.p, self.acc, x, y)
        return float(loss)

    def predict(self, x):
        return np.array(logits(self.p, x))


loop = Stacked()
EXPECTED = "equal"
