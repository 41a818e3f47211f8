"""A jitted update that takes the learning rate as an argument from a schedule in plain Python, with an epoch method."""

import math

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, schedules, table

batches = table()
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(1),
    opt=keras.optimizers.SGD(schedules.CosineDecay(0.0, 40, warmup_target=0.1, warmup_steps=5)),
    loss="mse",
)


def rate(k):
    if k < 5:
        return 0.1 * k / 5
    return 0.05 * (1 + math.cos(math.pi * min(k - 5, 40) / 40))


def forward(p, x):
    return jnp.tanh(x @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]


@jax.jit
def update(p, lr, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(p)
    return jax.tree.map(lambda a, b: a - lr * b, p, g), loss


class Experiment:
    def __init__(self):
        self.p = {
            "w1": jnp.zeros((4, 6)),
            "b1": jnp.zeros(6),
            "w2": jnp.zeros((6, 1)),
            "b2": jnp.zeros(1),
        }
        self.k = 0

    def get_weights(self):
        return [np.array(self.p[n]) for n in ("w1", "b1", "w2", "b2")]

    def set_weights(self, arrays):
        self.p = dict(zip(("w1", "b1", "w2", "b2"), (jnp.asarray(a) for a in arrays)))

    def train_step(self, x, y):
        self.p, loss = update(self.p, rate(self.k), x, y)
        self.k += 1
        return float(loss)

    def train_epoch(self, batches):
        total = seen = 0
        for x, y, *_ in batches:
            total += self.train_step(x, y) * len(x)
            seen += len(x)
        return total / seen

    def predict(self, x):
        return np.array(forward(self.p, x))


loop = Experiment()
EXPECTED = "equal"
