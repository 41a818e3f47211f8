"""min-char-rnn style RNN in NumPy with np.clip on every gradient."""

import keras
import numpy as np

EXPECTED = "equal"

keras.utils.set_random_seed(113)
rng = np.random.default_rng(113)
x = rng.normal(size=(20, 6, 2)).astype("float32")
y = np.cumsum(x, axis=1)[:, :, :1] + 1
batches = [(x[i : i + 6], y[i : i + 6]) for i in range(0, 20, 6)]


class RNN:
    def __init__(self):
        self.params = [
            rng.normal(size=(2, 5)),
            rng.normal(size=(5, 5)),
            np.zeros(5),
            rng.normal(size=(5, 1)),
            np.zeros(1),
        ]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def train_step(self, x, y):
        Wxh, Whh, bh, Why, by = self.params
        T = x.shape[1]
        h = {-1: np.zeros((len(x), 5))}
        for t in range(T):
            h[t] = np.tanh(x[:, t] @ Wxh + h[t - 1] @ Whh + bh)
        out = np.stack([h[t] @ Why + by for t in range(T)], axis=1)
        dout = 2 * (out - y) / out.size
        grads = [np.zeros_like(p) for p in self.params]
        dh_next = 0
        for t in reversed(range(T)):
            grads[3] += h[t].T @ dout[:, t]
            grads[4] += dout[:, t].sum(0)
            dh = dout[:, t] @ Why.T + dh_next
            draw = dh * (1 - h[t] ** 2)
            grads[0] += x[:, t].T @ draw
            grads[1] += h[t - 1].T @ draw
            grads[2] += draw.sum(0)
            dh_next = draw @ Whh.T
        for p, g in zip(self.params, grads):
            np.clip(g, -0.5, 0.5, out=g)
            p -= 0.1 * g
        return np.mean((out - y) ** 2)


loop = RNN()
reference = keras.Sequential(
    [keras.Input((6, 2)), keras.layers.SimpleRNN(5, return_sequences=True), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.1, clipvalue=0.5), "mse")
