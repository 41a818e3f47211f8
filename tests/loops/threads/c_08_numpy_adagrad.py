"""Adagrad from scratch with Keras's initial accumulator of 0.1."""

import keras
import numpy as np

EXPECTED = "equal"

keras.utils.set_random_seed(108)
rng = np.random.default_rng(108)
x = rng.normal(size=(25, 6)).astype("float32")
y = (np.sin(x @ rng.normal(size=(6, 1))) + 0.1 * rng.normal(size=(25, 1))).astype("float32")
batches = [(x[i : i + 7], y[i : i + 7]) for i in range(0, 25, 7)]


class Net:
    def __init__(self):
        self.params = [rng.normal(size=(6, 4)), np.zeros(4), rng.normal(size=(4, 1)), np.zeros(1)]
        self.cache = [np.full(p.shape, 0.1) for p in self.params]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.params
        z = x @ W1 + b1
        h = np.log1p(np.exp(z))
        e = h @ W2 + b2 - y
        d2 = np.clip(e, -1, 1) / e.size
        d1 = d2 @ W2.T / (1 + np.exp(-z))
        grads = [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]
        for p, c, g in zip(self.params, self.cache, grads):
            c += g**2
            p -= 0.1 * g / np.sqrt(c + 1e-7)
        return np.mean(np.where(np.abs(e) <= 1, 0.5 * e**2, np.abs(e) - 0.5))


loop = Net()
reference = keras.Sequential(
    [keras.Input((6,)), keras.layers.Dense(4, activation="softplus"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.Adagrad(0.1), keras.losses.Huber())
