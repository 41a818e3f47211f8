"""Backpropagation through time in NumPy, with clipping of each gradient to [-0.1, 0.1] as in min-char-rnn."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, keras_model, sequences

EXPECTED = "equal"
reference = keras_model(
    [(5, 3), keras.layers.SimpleRNN(4), keras.layers.Dense(1)],
    keras.optimizers.SGD(0.05, clipvalue=0.1),
    "mse",
)
batches = sequences(138)


class Rnn(NumpyNet):
    def train_step(self, x, y):
        wx, wh, b, wo, bo = self.weights
        hs = {-1: np.zeros((len(x), 4))}
        for t in range(x.shape[1]):
            hs[t] = np.tanh(x[:, t] @ wx + hs[t - 1] @ wh + b)
        out = hs[t] @ wo + bo
        dy = 2 * (out - y) / len(x)
        dwo, dbo = hs[t].T @ dy, dy.sum(0)
        dwx, dwh, db = np.zeros_like(wx), np.zeros_like(wh), np.zeros_like(b)
        dhnext = dy @ wo.T
        for t in reversed(range(x.shape[1])):
            dhraw = (1 - hs[t] * hs[t]) * dhnext
            db += dhraw.sum(0)
            dwx += x[:, t].T @ dhraw
            dwh += hs[t - 1].T @ dhraw
            dhnext = dhraw @ wh.T
        for w, g in zip(self.weights, (dwx, dwh, db, dwo, dbo)):
            w -= 0.05 * np.clip(g, -0.1, 0.1)
        return float(np.mean((out - y) ** 2))


loop = Rnn(reference)
