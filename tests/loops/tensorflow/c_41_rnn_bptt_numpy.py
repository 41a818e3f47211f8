"""Karpathy's min-char-rnn style backpropagation through time, for a batch and the last step only."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(928)
rng = np.random.default_rng(928)
x = rng.normal(size=(30, 5, 3)).astype("float32")
y = (x[:, :, :1].mean(1) + 0.3 * rng.normal(size=(30, 2))).astype("float32")
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 30, 11)]

reference = keras.Sequential([keras.Input((5, 3)), L.SimpleRNN(4), L.Dense(2)])
reference.compile(keras.optimizers.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=1e-8), "mse")


class RNN:
    def __init__(self):
        self.Wxh, self.Whh, self.bh, self.Why, self.by = reference.get_weights()
        self.mem = [np.zeros_like(p) for p in self.get_weights()]

    def get_weights(self):
        return [self.Wxh, self.Whh, self.bh, self.Why, self.by]

    def set_weights(self, ws):
        self.Wxh, self.Whh, self.bh, self.Why, self.by = [np.array(w) for w in ws]

    def train_step(self, x, y):
        n, T, _ = x.shape
        hs = {-1: np.zeros((n, 4), "float32")}
        for t in range(T):
            hs[t] = np.tanh(x[:, t] @ self.Wxh + hs[t - 1] @ self.Whh + self.bh)
        err = hs[T - 1] @ self.Why + self.by - y
        dy = 2 * err / err.size
        dWhy, dby = hs[T - 1].T @ dy, dy.sum(0)
        dWxh, dWhh, dbh = np.zeros_like(self.Wxh), np.zeros_like(self.Whh), np.zeros_like(self.bh)
        dh = dy @ self.Why.T
        for t in reversed(range(T)):
            draw = (1 - hs[t] ** 2) * dh
            dbh += draw.sum(0)
            dWxh += x[:, t].T @ draw
            dWhh += hs[t - 1].T @ draw
            dh = draw @ self.Whh.T
        new = []
        for p, d, m in zip(self.get_weights(), [dWxh, dWhh, dbh, dWhy, dby], self.mem):
            m += d * d
            new.append(p - 0.1 * d / np.sqrt(m + 1e-8))
        self.set_weights(new)
        return np.mean(err**2)


loop = RNN()

EXPECTED = "equal"
