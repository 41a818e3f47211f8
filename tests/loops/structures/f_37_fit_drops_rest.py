"""A scikit-learn-like NumPy estimator with fit, whose batches are len(x) // batch_size many."""

import keras
import numpy as np

keras.utils.set_random_seed(137)
rng = np.random.default_rng(137)
x = rng.normal(size=(38, 3)).astype("float32")
y = (x[:, :1] - x[:, 1:2]).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, len(x), 12)]
reference = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")


class MLPRegressor:
    def __init__(self, ws, lr=0.1):
        self.lr = lr
        self.set_weights(ws)

    def set_weights(self, ws):
        self.W, self.b = (
            [np.array(w, "float64") for w in ws[::2]],
            [np.array(w, "float64") for w in ws[1::2]],
        )

    def get_weights(self):
        return [a for pair in zip(self.W, self.b) for a in pair]

    def predict(self, x):
        return np.tanh(x @ self.W[0] + self.b[0]) @ self.W[1] + self.b[1]

    def train_step(self, x, y):
        a = np.tanh(x @ self.W[0] + self.b[0])
        e = a @ self.W[1] + self.b[1] - y
        d1 = 2 * e / e.size
        d0 = d1 @ self.W[1].T * (1 - a**2)
        for i, (inp, d) in enumerate(((x, d0), (a, d1))):
            self.W[i] = self.W[i] - self.lr * inp.T @ d
            self.b[i] = self.b[i] - self.lr * d.sum(0)
        return np.mean(e**2)

    def fit(self, x, y, batch_size):
        total = 0.0
        n_batches = len(x) // batch_size
        for i in range(n_batches):
            xb, yb = (
                x[i * batch_size : (i + 1) * batch_size],
                y[i * batch_size : (i + 1) * batch_size],
            )
            total += self.train_step(xb, yb) * len(xb)
        return total / (n_batches * batch_size)


loop = MLPRegressor(reference.get_weights())
EXPECTED = "fit drops the rest: len(x) // batch_size batches leave the smaller last batch out."
STAGE = ("data",)
CAUSE = "last_batch_dropped"
