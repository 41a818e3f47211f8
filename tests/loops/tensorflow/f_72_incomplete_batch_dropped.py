"""A fit that takes len(x) // batch_size batches."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(929)
rng = np.random.default_rng(929)
x = rng.normal(size=(41, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(41, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 41, 12)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(5, activation="tanh"), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.05), "mse")


class Net:
    def __init__(self):
        self.p = reference.get_weights()

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.p
        h = np.tanh(x @ W1 + b1)
        e = h @ W2 + b2 - y
        d2 = 2 * e / len(x)
        d1 = d2 @ W2.T * (1 - h * h)
        self.p = [p - 0.05 * g for p, g in zip(self.p, [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)])]
        return (e * e).mean()

    def fit(self, X, Y, batch_size):
        total, n = 0.0, 0
        for i in range(len(X) // batch_size):
            xb, yb = (
                X[i * batch_size : (i + 1) * batch_size],
                Y[i * batch_size : (i + 1) * batch_size],
            )
            total += self.train_step(xb, yb) * len(xb)
            n += len(xb)
        return total / n


loop = Net()

EXPECTED = "The smaller last batch is dropped: fit takes only the complete batches."
STAGE = ("data",)
CAUSE = "last_batch_dropped"
