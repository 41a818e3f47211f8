"""A recurrent network in NumPy after min-char-rnn, on real-valued sequences."""

import keras
import numpy as np

keras.utils.set_random_seed(118)
rng = np.random.default_rng(118)
x = rng.normal(size=(40, 5, 3)).astype("float32")
reference = keras.Sequential(
    [keras.Input((5, 3)), keras.layers.SimpleRNN(4, return_sequences=True), keras.layers.Dense(1)]
)
y = np.cumsum(x.mean(2, keepdims=True), 1).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 40, 16)]
reference.compile(keras.optimizers.SGD(0.1), "mse")


class RNN:
    def __init__(self, hidden=4, lr=0.1):
        self.h, self.lr, self.p = hidden, lr, {}

    def set_weights(self, ws):
        self.p = dict(zip(("Wxh", "Whh", "bh", "Why", "by"), [np.array(w, float) for w in ws]))

    def get_weights(self):
        return list(self.p.values())

    def forward(self, x):
        p = self.p
        hs = {-1: np.zeros((len(x), self.h))}
        out = []
        for t in range(x.shape[1]):
            hs[t] = np.tanh(x[:, t] @ p["Wxh"] + hs[t - 1] @ p["Whh"] + p["bh"])
            out.append(hs[t] @ p["Why"] + p["by"])
        return hs, np.stack(out, 1)

    def predict(self, x):
        return self.forward(x)[1]

    def train_step(self, x, y):
        p = self.p
        hs, out = self.forward(x)
        loss = np.mean((out - y) ** 2)
        g = {k: np.zeros_like(v) for k, v in p.items()}
        dout = 2 * (out - y) / y.size
        dhnext = np.zeros_like(hs[-1])
        for t in reversed(range(x.shape[1])):
            g["Why"] += hs[t].T @ dout[:, t]
            g["by"] += dout[:, t].sum(0)
            dh = dout[:, t] @ p["Why"].T + dhnext
            draw = (1 - hs[t] ** 2) * dh
            g["bh"] += draw.sum(0)
            g["Wxh"] += x[:, t].T @ draw
            g["Whh"] += hs[t - 1].T @ draw
            dhnext = dh @ p["Whh"].T
        for k in p:
            p[k] = p[k] - self.lr * g[k]
        return loss


loop = RNN()
loop.set_weights(reference.get_weights())
EXPECTED = "The gradient handed back through time leaves out the derivative of tanh (dhnext is computed from dh instead of draw)."
STAGE = ("gradients",)
CAUSE = "activation_derivative_forgotten"
