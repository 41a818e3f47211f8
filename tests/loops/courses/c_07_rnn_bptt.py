"""A vanilla RNN with full backpropagation through time, as min-char-rnn."""

import keras
import numpy as np
from loops.course_data import Arrays, sequences


class RNN(Arrays):
    def forward(self, x):
        wx, wh, bh, wy, by = self.params
        hs = {-1: np.zeros((len(x), wh.shape[0]))}
        for t in range(x.shape[1]):
            hs[t] = np.tanh(np.dot(x[:, t], wx) + np.dot(hs[t - 1], wh) + bh)
        return hs, hs[x.shape[1] - 1] @ wy + by

    def predict(self, x):
        return self.forward(x)[1]

    def train_step(self, x, y):
        hs, out = self.forward(x)
        wx, wh, bh, wy, by = self.params
        last = x.shape[1] - 1
        dout = 2 * (out - y) / y.size
        dwx, dwh, dbh = np.zeros_like(wx), np.zeros_like(wh), np.zeros_like(bh)
        dwy, dby = hs[last].T @ dout, dout.sum(0)
        dh = dout @ wy.T
        for t in reversed(range(x.shape[1])):
            draw = dh * (1 - hs[t] ** 2)
            dwx += x[:, t].T @ draw
            dwh += hs[t - 1].T @ draw
            dbh += draw.sum(0)
            dh = draw @ wh.T
        for p, g in zip(self.params, [dwx, dwh, dbh, dwy, dby]):
            p -= 0.1 * np.clip(g, -0.5, 0.5)
        return np.mean((out - y) ** 2)


loop = RNN()
keras.utils.set_random_seed(107)
reference = keras.Sequential(
    [keras.Input((5, 3)), keras.layers.SimpleRNN(4), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.SGD(0.1, clipvalue=0.5), "mse")
batches = sequences(107, k=2)

EXPECTED = "equal"
