"""Adagrad in NumPy, as in Duchi's paper and cs231n."""

import keras
import numpy as np
from loops.course_data import Arrays, classes, mlp, softmax


class Net(Arrays):
    cache = None

    def train_step(self, x, y):
        w1, b1, w2, b2 = self.params
        h = np.tanh(x @ w1 + b1)
        p = softmax(h @ w2 + b2)
        dz = (p - y) / len(x)
        dh = dz @ w2.T * (1 - h * h)
        grads = [x.T @ dh, dh.sum(0), h.T @ dz, dz.sum(0)]
        if self.cache is None:
            self.cache = [np.zeros_like(g) for g in grads]
        for p_, g, cache in zip(self.params, grads, self.cache):
            cache += g**2
            p_ -= 0.02 * g / np.sqrt(cache + 1e-7)
        return -np.mean(np.log(p[y == 1]))

    def predict(self, x):
        w1, b1, w2, b2 = self.params
        return softmax(np.tanh(x @ w1 + b1) @ w2 + b2)


loop = Net()
reference = mlp([4, 6, 3], "tanh", "softmax")
reference.compile(keras.optimizers.Adagrad(0.02), "categorical_crossentropy")
batches = classes(10)

EXPECTED = "The accumulator of squared gradients starts at 0, where Keras's Adagrad starts at initial_accumulator_value=0.1."
STAGE = ("update", "state")
CAUSE = "adagrad_start_value"
