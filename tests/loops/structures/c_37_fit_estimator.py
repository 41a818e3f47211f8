"""A scikit-learn-like NumPy estimator whose fit has a generator of batches inside."""

import keras
import numpy as np

keras.utils.set_random_seed(237)
rng = np.random.default_rng(237)
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

    @staticmethod
    def minibatches(x, y, size):
        start = 0
        while start < len(x):
            yield x[start : start + size], y[start : start + size]
            start += size

    def fit(self, x, y, batch_size):
        total = sum(
            self.train_step(xb, yb) * len(xb) for xb, yb in self.minibatches(x, y, batch_size)
        )
        return total / len(x)


loop = MLPRegressor(reference.get_weights())
EXPECTED = "equal"
