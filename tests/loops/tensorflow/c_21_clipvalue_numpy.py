"""np.clip on the gradients of a NumPy net, as in dinosaur-name RNN exercises."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(23)
rng = np.random.default_rng(23)
x = rng.normal(size=(34, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(34, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]
y *= 5

reference = keras.Sequential([keras.Input((4,)), L.Dense(6, activation="relu"), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.02, momentum=0.9, clipvalue=0.5), "mse")


class Net:
    def __init__(self):
        self.params = reference.get_weights()
        self.velocity = [np.zeros_like(p) for p in self.params]

    def get_weights(self):
        return [p.copy() for p in self.params]

    def set_weights(self, ws):
        for p, w in zip(self.params, ws):
            p[...] = w

    def predict(self, x):
        return np.maximum(x @ self.params[0] + self.params[1], 0) @ self.params[2] + self.params[3]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.params
        z = x @ W1 + b1
        h = np.maximum(z, 0)
        err = h @ W2 + b2 - y
        d2 = 2 * err / len(x)
        d1 = np.where(z > 0, d2 @ W2.T, 0)
        grads = [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]
        for g in grads:
            np.clip(g, -0.5, 0.5, out=g)
        for p, v, g in zip(self.params, self.velocity, grads):
            v *= 0.9
            v -= 0.02 * g
            p += v
        return float((err**2).mean())


loop = Net()

EXPECTED = "equal"
