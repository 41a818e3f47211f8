"""NumPy regression in double precision with Nesterov momentum as in CS231n."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


rng = np.random.default_rng(123)
x = rng.normal(size=(36, 3))
y = np.sin(x.sum(axis=1, keepdims=True))
batches = batched(10, x, y)

keras.utils.set_random_seed(123)
reference = keras.Sequential(
    [
        keras.Input((3,), dtype="float64"),
        keras.layers.Dense(6, activation="relu", dtype="float64"),
        keras.layers.Dense(4, activation="sigmoid", dtype="float64"),
        keras.layers.Dense(1, dtype="float64"),
    ]
)
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), "mse")


class Net:
    def __init__(self):
        self.w = [rng.normal(size=s) * 0.5 for s in [(3, 6), (6,), (6, 4), (4,), (4, 1), (1,)]]
        self.v = [np.zeros_like(w) for w in self.w]

    def get_weights(self):
        return [w.copy() for w in self.w]

    def set_weights(self, weights):
        self.w = [np.array(w, dtype=np.float64) for w in weights]

    def train_step(self, x, y):
        W1, b1, W2, b2, W3, b3 = self.w
        h1 = np.maximum(0, x.dot(W1) + b1)
        h2 = 1 / (1 + np.exp(-(h1.dot(W2) + b2)))
        scores = h2.dot(W3) + b3
        loss = np.mean((scores - y) ** 2)
        dscores = 2 * (scores - y) / y.size
        dh2 = dscores.dot(W3.T) * h2 * (1 - h2)
        dh1 = dh2.dot(W2.T)
        dh1[h1 <= 0] = 0
        grads = [
            x.T.dot(dh1),
            dh1.sum(0),
            h1.T.dot(dh2),
            dh2.sum(0),
            h2.T.dot(dscores),
            dscores.sum(0),
        ]
        for i, g in enumerate(grads):
            v_prev = self.v[i]
            self.v[i] = 0.9 * v_prev - 0.05 * g
            self.w[i] = self.w[i] - 0.9 * v_prev + (1 + 0.9) * self.v[i]
        return loss


loop = Net()
EXPECTED = "equal"
