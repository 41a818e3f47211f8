"""Backpropagation through time in NumPy, after min-char-rnn."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, keras_model, sequences

EXPECTED = "the hidden error is handed back in time without the derivative of tanh (dh_next = dh @ Wh.T, not dh_raw @ Wh.T)"
STAGE = ("gradients",)
reference = keras_model(
    [(5, 3), keras.layers.SimpleRNN(4), keras.layers.Dense(1)], keras.optimizers.SGD(0.05), "mse"
)
batches = sequences(38)


class Rnn(NumpyNet):
    def train_step(self, x, y):
        wx, wh, b, wo, bo = self.weights
        steps = x.shape[1]
        h = [np.zeros((len(x), 4))]
        for t in range(steps):
            h.append(np.tanh(x[:, t] @ wx + h[-1] @ wh + b))
        out = h[-1] @ wo + bo
        d = 2 * (out - y) / len(x)
        dwo, dbo = h[-1].T @ d, d.sum(0)
        dwx, dwh, db = np.zeros_like(wx), np.zeros_like(wh), np.zeros_like(b)
        dh = d @ wo.T
        for t in reversed(range(steps)):
            raw = dh * (1 - h[t + 1] ** 2)
            dwx += x[:, t].T @ raw
            dwh += h[t].T @ raw
            db += raw.sum(0)
            dh = dh @ wh.T
        for w, g in zip(self.weights, (dwx, dwh, db, dwo, dbo)):
            w -= 0.05 * g
        return float(np.mean((out - y) ** 2))


loop = Rnn(reference)
CAUSE = "activation_derivative_forgotten"
