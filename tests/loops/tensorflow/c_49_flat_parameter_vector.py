"""All parameters in one vector, as for SciPy's optimizers, with views for the layers."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(637)
rng = np.random.default_rng(637)
x = rng.normal(size=(34, 4))
y = np.tanh(x @ rng.normal(size=(4, 2))) + 0.3 * rng.normal(size=(34, 2))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(5, activation="sigmoid"), L.Dense(2)])
reference.compile(keras.optimizers.RMSprop(0.02, momentum=0.9), "mse")


class Flat:
    shapes = [(4, 5), (5,), (5, 2), (2,)]

    def __init__(self):
        self.theta = np.concatenate([w.ravel() for w in reference.get_weights()]).astype(float)
        self.s = np.zeros_like(self.theta)
        self.mom = np.zeros_like(self.theta)

    def unpack(self, theta):
        out, at = [], 0
        for shape in self.shapes:
            size = int(np.prod(shape))
            out.append(theta[at : at + size].reshape(shape))
            at += size
        return out

    def get_weights(self):
        return [w.copy() for w in self.unpack(self.theta)]

    def set_weights(self, ws):
        self.theta = np.concatenate([np.ravel(w) for w in ws]).astype(float)

    def loss_and_gradient(self, x, y):
        W1, b1, W2, b2 = self.unpack(self.theta)
        h = 1 / (1 + np.exp(-(x @ W1 + b1)))
        e = h @ W2 + b2 - y
        d2 = 2 * e / e.size
        d1 = d2 @ W2.T * h * (1 - h)
        return np.mean(e * e), np.concatenate(
            [np.ravel(g) for g in (x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0))]
        )

    def train_step(self, x, y):
        loss, g = self.loss_and_gradient(x, y)
        self.s = 0.9 * self.s + 0.1 * g**2
        self.mom = 0.9 * self.mom + 0.02 * g / np.sqrt(self.s + 1e-7)
        self.theta = self.theta - self.mom
        return loss


loop = Flat()

EXPECTED = "equal"
