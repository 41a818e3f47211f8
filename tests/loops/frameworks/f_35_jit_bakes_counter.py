"""A class with a jitted method that reads self.count: the learning rate of the first call is compiled in."""

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
    opt=keras.optimizers.SGD(schedules.InverseTimeDecay(0.1, 1, 0.5)),
    loss="mse",
)


class Trainer:
    def __init__(self):
        self.params = [np.zeros((4, 6)), np.zeros(6), np.zeros((6, 1)), np.zeros(1)]
        self.count = 0
        self._update = jax.jit(self.update)

    def rate(self):
        return 0.1 / (1 + 0.5 * self.count)

    def forward(self, params, x):
        w1, b1, w2, b2 = params
        return jnp.tanh(x @ w1 + b1) @ w2 + b2

    def update(self, params, x, y):
        loss, grads = jax.value_and_grad(lambda p: jnp.mean((self.forward(p, x) - y) ** 2))(params)
        return [p - self.rate() * g for p, g in zip(params, grads)], loss

    def train_step(self, x, y):
        self.params, loss = self._update(self.params, x, y)
        self.count += 1
        return float(loss)

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, arrays):
        self.params = [jnp.asarray(a) for a in arrays]

    def predict(self, x):
        return np.array(self.forward(self.params, x))


loop = Trainer()
EXPECTED = "the step counter is a Python attribute read inside a jitted function, so the learning rate of the trace is constant and the schedule does not act"
STAGE = ("state", "update")
CAUSE = "schedule_frozen"
