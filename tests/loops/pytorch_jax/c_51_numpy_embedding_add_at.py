"""An embedding whose gradient is summed by np.add.at."""

import keras
import numpy as np

L = keras.layers
rng = np.random.default_rng(2291)
keras.utils.set_random_seed(2291)

x = rng.integers(0, 9, size=(40, 6))
y = (x[:, :1] < x[:, -1:]).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 40, 12)]
reference = keras.Sequential(
    [
        keras.Input((6,), dtype="int32"),
        L.Embedding(9, 4),
        L.GlobalAveragePooling1D(),
        L.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.SGD(0.5), "binary_crossentropy")


class Loop:
    def __init__(self):
        self.E, self.W, self.b = rng.normal(size=(9, 4)), rng.normal(size=(4, 1)), np.zeros(1)

    def get_weights(self):
        return [self.E.copy(), self.W.copy(), self.b.copy()]

    def set_weights(self, weights):
        self.E, self.W, self.b = [np.array(w, dtype=float) for w in weights]

    def predict(self, x):
        return 1 / (1 + np.exp(-(self.E[x].mean(1) @ self.W + self.b)))

    def train_step(self, x, y):
        p = self.predict(x)
        dz = (p - y) / len(x)
        dh = np.repeat((dz @ self.W.T)[:, None] / x.shape[1], x.shape[1], axis=1)
        dE = np.zeros_like(self.E)
        np.add.at(dE, x, dh)
        dW = self.E[x].mean(1).T @ dz
        self.E -= 0.5 * dE
        self.W -= 0.5 * dW
        self.b -= 0.5 * dz.sum(0)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


loop = Loop()
EXPECTED = "equal"
