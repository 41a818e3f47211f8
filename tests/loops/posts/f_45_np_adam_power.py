"""NumPy Adam written from memory."""

import keras
import numpy as np
from keras import layers
from loops.post_data import cut, regression

keras.utils.set_random_seed(45)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(6, activation="tanh"), layers.Dense(1)]
)
reference.compile(keras.optimizers.Adam(0.01, epsilon=1e-10), "mse")


class AdamNet:
    def __init__(self):
        self.w = [np.zeros((5, 6)), np.zeros(6), np.zeros((6, 1)), np.zeros(1)]
        self.m = [np.zeros_like(w) for w in self.w]
        self.v = [np.zeros_like(w) for w in self.w]

    def get_weights(self):
        return [w.copy() for w in self.w]

    def set_weights(self, arrays):
        self.w = [np.array(a, "float64") for a in arrays]

    def train_step(self, x, y, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-10):
        w1, b1, w2, b2 = self.w
        h = np.tanh(x @ w1 + b1)
        out = h @ w2 + b2
        d2 = 2 * (out - y) / len(x)
        d1 = d2 @ w2.T * (1 - h**2)
        grads = [x.T @ d1, d1.sum(axis=0), h.T @ d2, d2.sum(axis=0)]
        for i, g in enumerate(grads):
            self.m[i] = beta1 * self.m[i] + (1 - beta1) * g
            self.v[i] = beta2 * self.v[i] + (1 - beta2) * g**2
            m_hat = self.m[i] / (1 - beta1)
            v_hat = self.v[i] / (1 - beta2)
            self.w[i] = self.w[i] - lr * m_hat / (np.sqrt(v_hat) + eps)
        return np.mean((out - y) ** 2)


net = AdamNet()


class Loop:
    get_weights, set_weights = net.get_weights, net.set_weights

    def train_step(self, x, y):
        return net.train_step(x, y)


loop = Loop()
batches = cut(*regression(45), 12)
EXPECTED = "Adam's bias correction divides by 1 - beta instead of 1 - beta**t, so it is right in the first step only."
STAGE = ("state",)
CAUSE = "adam_count_frozen"
