"""A vanilla RNN with backpropagation through time written by hand."""

import keras
import numpy as np
from loops.course_data import Arrays, sequences


class RNN(Arrays):
    def forward(self, x):
        wx, wh, bh, wy, by = self.params
        h = [np.zeros((len(x), wh.shape[0]))]
        for t in range(x.shape[1]):
            h.append(np.tanh(x[:, t] @ wx + h[-1] @ wh + bh))
        return h, h[-1] @ wy + by

    def predict(self, x):
        return self.forward(x)[1]

    def train_step(self, x, y):
        h, out = self.forward(x)
        wx, wh, bh, wy, by = self.params
        dout = 2 * (out - y) / y.size
        dwx, dwh, dbh = np.zeros_like(wx), np.zeros_like(wh), np.zeros_like(bh)
        dwy, dby = h[-1].T @ dout, dout.sum(0)
        dh_next = np.zeros_like(h[0])
        for t in reversed(range(x.shape[1])):
            dh = dh_next if t < x.shape[1] - 1 else dout @ wy.T
            dz = dh * (1 - h[t + 1] ** 2)
            dwx += x[:, t].T @ dz
            dwh += h[t].T @ dz
            dbh += dz.sum(0)
        self.params = [p - 0.1 * g for p, g in zip(self.params, [dwx, dwh, dbh, dwy, dby])]
        return np.mean((out - y) ** 2)


loop = RNN()
keras.utils.set_random_seed(5)
reference = keras.Sequential(
    [keras.Input((5, 3)), keras.layers.SimpleRNN(4), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")
batches = sequences(5)

EXPECTED = "The gradient is not carried back through the hidden state to earlier time steps (dh_next stays zero), so backpropagation through time stops after one step."
STAGE = ("gradients",)
CAUSE = "gradient_through_time"
