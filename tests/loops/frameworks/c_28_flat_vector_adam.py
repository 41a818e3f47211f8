"""One flat vector (ravel_pytree) with Adam's moments as flat vectors and the penalty on the kernels' part."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from jax.flatten_util import ravel_pytree
from loops.framework_data import L, build, table

batches = table()
l2 = keras.regularizers.L2(0.05)
reference = build(
    (4,),
    L.Dense(6, "tanh", kernel_regularizer=l2),
    L.Dense(1, kernel_regularizer=l2),
    opt=keras.optimizers.Adam(0.01),
    loss="mse",
)


class Flat:
    def __init__(self):
        shapes = [(4, 6), (6,), (6, 1), (1,)]
        self.theta, self.unravel = ravel_pytree([jnp.zeros(s, jnp.float32) for s in shapes])
        self.m = self.v = jnp.zeros_like(self.theta)
        self.t = 0
        self.objective = jax.jit(jax.value_and_grad(self._objective))

    def forward(self, theta, x):
        w1, b1, w2, b2 = self.unravel(theta)
        return jnp.tanh(x @ w1 + b1) @ w2 + b2

    def _objective(self, theta, x, y):
        w1, _, w2, _ = self.unravel(theta)
        return jnp.mean((self.forward(theta, x) - y) ** 2) + 0.05 * (
            jnp.sum(w1**2) + jnp.sum(w2**2)
        )

    def train_step(self, x, y):
        value, g = self.objective(self.theta, x, y)
        self.t += 1
        self.m = self.m + (g - self.m) * 0.1
        self.v = self.v + (g * g - self.v) * 0.001
        rate = 0.01 * np.sqrt(1 - 0.999**self.t) / (1 - 0.9**self.t)
        self.theta = self.theta - rate * self.m / (jnp.sqrt(self.v) + 1e-7)
        return float(value)

    def get_weights(self):
        return [np.array(a) for a in self.unravel(self.theta)]

    def set_weights(self, arrays):
        self.theta = jnp.concatenate([jnp.ravel(jnp.asarray(a)) for a in arrays])

    def predict(self, x):
        return np.array(self.forward(self.theta, x))


loop = Flat()
EXPECTED = "equal"
