"""All weights in one flat vector (ravel_pytree, as for L-BFGS), and the L2 penalty on all of it."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from jax.flatten_util import ravel_pytree
from loops.framework_data import L, build, table

batches = table()
l2 = keras.regularizers.L2(0.1)
reference = build(
    (4,),
    L.Dense(6, "tanh", kernel_regularizer=l2),
    L.Dense(1, kernel_regularizer=l2),
    opt=keras.optimizers.SGD(0.1),
    loss="mse",
)


class Flat:
    def __init__(self):
        shapes = [(4, 6), (6,), (6, 1), (1,)]
        self.theta, self.unravel = ravel_pytree([jnp.zeros(s, jnp.float32) for s in shapes])
        self.objective = jax.jit(jax.value_and_grad(self._objective))

    def forward(self, theta, x):
        w1, b1, w2, b2 = self.unravel(theta)
        return jnp.tanh(x @ w1 + b1) @ w2 + b2

    def _objective(self, theta, x, y):
        return jnp.mean((self.forward(theta, x) - y) ** 2) + 0.1 * jnp.dot(theta, theta)

    def train_step(self, x, y):
        value, slope = self.objective(self.theta, x, y)
        self.theta = self.theta - 0.1 * slope
        return float(value)

    def get_weights(self):
        return [np.array(a) for a in self.unravel(self.theta)]

    def set_weights(self, arrays):
        self.theta = jnp.concatenate([jnp.ravel(jnp.asarray(a)) for a in arrays])

    def predict(self, x):
        return np.array(self.forward(self.theta, x))


loop = Flat()
EXPECTED = "the L2 penalty is taken of the whole flat vector, biases included, where the reference penalizes the kernels only"
STAGE = ("regularization",)
CAUSE = "penalty_on_bias"
