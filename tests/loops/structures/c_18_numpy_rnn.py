"""A recurrent network in NumPy after min-char-rnn, with Adagrad, on real-valued sequences."""

import keras
import numpy as np

keras.utils.set_random_seed(218)
rng = np.random.default_rng(218)
x = rng.normal(size=(40, 5, 3)).astype("float32")
y = np.cumsum(x.mean(2, keepdims=True), 1).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((5, 3)), keras.layers.SimpleRNN(4, return_sequences=True), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=1e-8), "mse")


class RNN:
    names = ("Wxh", "Whh", "bh", "Why", "by")

    def __init__(self, ws, hidden=4, lr=0.1):
        self.h, self.lr = hidden, lr
        self.set_weights(ws)
        self.mem = {k: np.zeros_like(v) for k, v in self.p.items()}

    def set_weights(self, ws):
        self.p = dict(zip(self.names, [np.array(w, float) for w in ws]))

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
            draw = (1 - hs[t] ** 2) * (dout[:, t] @ p["Why"].T + dhnext)
            g["bh"] += draw.sum(0)
            g["Wxh"] += x[:, t].T @ draw
            g["Whh"] += hs[t - 1].T @ draw
            dhnext = draw @ p["Whh"].T
        for k in p:
            self.mem[k] += g[k] * g[k]
            p[k] = p[k] - self.lr * g[k] / np.sqrt(self.mem[k] + 1e-8)
        return loss


loop = RNN(reference.get_weights())
EXPECTED = "equal"
