"""A vanilla RNN in NumPy after the min-char-rnn gist, on a sequence-to-one task."""

import keras
import numpy as np

EXPECTED = "Backpropagation through time passes the hidden error on to the earlier step without the derivative of tanh (dh_next = Whh.T dh instead of Whh.T dz)."
STAGE = ("gradients",)

keras.utils.set_random_seed(14)
rng = np.random.default_rng(14)
x = rng.normal(size=(21, 5, 3)).astype("float32")
y = np.sum(x[:, :, :1], axis=1) / 2
batches = [(x[i : i + 6], y[i : i + 6]) for i in range(0, 21, 6)]


class RNN:
    def __init__(self):
        self.params = [
            rng.normal(size=(3, 6)),
            rng.normal(size=(6, 6)),
            np.zeros(6),
            rng.normal(size=(6, 1)),
            np.zeros(1),
        ]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def train_step(self, x, y):
        Wxh, Whh, bh, Why, by = self.params
        hs = {-1: np.zeros((len(x), 6))}
        for t in range(x.shape[1]):
            hs[t] = np.tanh(x[:, t] @ Wxh + hs[t - 1] @ Whh + bh)
        out = hs[t] @ Why + by
        loss = np.mean((out - y) ** 2)
        dy = 2 * (out - y) / len(x)
        dWxh, dWhh, dbh = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(bh)
        dhnext = dy @ Why.T
        for t in reversed(range(x.shape[1])):
            dh = dhnext
            dhraw = (1 - hs[t] * hs[t]) * dh
            dbh += dhraw.sum(0)
            dWxh += x[:, t].T @ dhraw
            dWhh += hs[t - 1].T @ dhraw
            dhnext = dh @ Whh.T
        grads = [dWxh, dWhh, dbh, hs[x.shape[1] - 1].T @ dy, dy.sum(0)]
        for p, g in zip(self.params, grads):
            p -= 0.05 * g
        return loss


loop = RNN()
reference = keras.Sequential(
    [keras.Input((5, 3)), keras.layers.SimpleRNN(6), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
CAUSE = "activation_derivative_forgotten"
