"""NumPy softmax network with Adam by hand."""

import keras
import numpy as np
from keras import layers
from loops.post_data import classes, cut

keras.utils.set_random_seed(141)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(6, activation="tanh"), layers.Dense(3, activation="softmax")]
)
reference.compile(keras.optimizers.Adam(0.01, epsilon=1e-10), "categorical_crossentropy")


class AdamNet:
    def __init__(self):
        self.w = [np.zeros((5, 6)), np.zeros(6), np.zeros((6, 3)), np.zeros(3)]
        self.m = [np.zeros_like(w) for w in self.w]
        self.v = [np.zeros_like(w) for w in self.w]
        self.t = 0

    def get_weights(self):
        return [w.copy() for w in self.w]

    def set_weights(self, arrays):
        self.w = [np.array(a, "float64") for a in arrays]

    def train_step(self, x, y):
        w1, b1, w2, b2 = self.w
        h = np.tanh(x @ w1 + b1)
        z = h @ w2 + b2
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        d2 = (p - y) / len(x)
        d1 = d2 @ w2.T * (1 - h**2)
        self.t += 1
        for i, g in enumerate([x.T @ d1, d1.sum(axis=0), h.T @ d2, d2.sum(axis=0)]):
            self.m[i] = 0.9 * self.m[i] + 0.1 * g
            self.v[i] = 0.999 * self.v[i] + 0.001 * g**2
            m_hat = self.m[i] / (1 - 0.9**self.t)
            v_hat = self.v[i] / (1 - 0.999**self.t)
            self.w[i] = self.w[i] - 0.01 * m_hat / (np.sqrt(v_hat) + 1e-10)
        return -np.mean(np.sum(y * np.log(p), axis=1))


loop = AdamNet()
x, y = classes(141)
batches = cut(x, np.eye(3, dtype="float32")[y], 12)
EXPECTED = "equal"
