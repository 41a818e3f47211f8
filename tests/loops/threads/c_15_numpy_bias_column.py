"""Linear regression in NumPy with the bias as a column of ones, momentum and clipping of the gradient's norm."""

import keras
import numpy as np

EXPECTED = "equal"

keras.utils.set_random_seed(115)
rng = np.random.default_rng(115)
x = rng.normal(size=(23, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(23, 1))).astype("float32")
batches = [(x[i : i + 6], y[i : i + 6]) for i in range(0, 23, 6)]
y = 2 * y + 5
batches = [(x[i : i + 6], y[i : i + 6]) for i in range(0, 23, 6)]


class LinearRegression:
    def __init__(self):
        self.theta = np.zeros((5, 1))
        self.velocity = np.zeros((5, 1))

    def get_weights(self):
        return [self.theta[1:].copy(), self.theta[0].copy()]

    def set_weights(self, weights):
        self.theta = np.vstack([weights[1][None], weights[0]]).astype("float64")

    def predict(self, x):
        return np.c_[np.ones(len(x)), x] @ self.theta

    def train_step(self, x, y):
        Xb = np.c_[np.ones(len(x)), x]
        residual = Xb @ self.theta - y
        gradient = 2 / len(x) * Xb.T @ residual
        norm = np.linalg.norm(gradient)
        if norm > 2.0:
            gradient = gradient * 2.0 / norm
        self.velocity = 0.5 * self.velocity - 0.05 * gradient
        self.theta = self.theta + self.velocity
        return (residual**2).mean()


loop = LinearRegression()
reference = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
reference.compile(keras.optimizers.SGD(0.05, momentum=0.5, global_clipnorm=2.0), "mse")
