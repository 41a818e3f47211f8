"""The step counter increased inside the loop over the parameters."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(494)
rng = np.random.default_rng(494)
x = rng.normal(size=(40, 4)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(40, 1)) > 0).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 40, 14)]

reference = keras.Sequential(
    [keras.Input((4,)), L.Dense(5, activation="relu"), L.Dense(1, activation="sigmoid")]
)
reference.compile(keras.optimizers.Adam(0.02), "binary_crossentropy")


class Adam:
    def __init__(self, n):
        self.m, self.v, self.t = [0.0] * n, [0.0] * n, 0

    def update(self, params, grads):
        out = []
        for i, (p, g) in enumerate(zip(params, grads)):
            self.t += 1
            self.m[i] = 0.9 * self.m[i] + 0.1 * g
            self.v[i] = 0.999 * self.v[i] + 0.001 * g**2
            lr_t = 0.02 * np.sqrt(1 - 0.999**self.t) / (1 - 0.9**self.t)
            out.append(p - lr_t * self.m[i] / (np.sqrt(self.v[i]) + 1e-7))
        return out


class Net:
    def __init__(self):
        self.p, self.optimizer = reference.get_weights(), Adam(4)

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.p
        h = np.maximum(x @ W1 + b1, 0)
        q = 1 / (1 + np.exp(-(h @ W2 + b2)))
        d2 = (q - y) / len(x)
        d1 = d2 @ W2.T * (h > 0)
        self.p = self.optimizer.update(self.p, [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)])
        return -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))


loop = Net()

EXPECTED = "Adam's step counter is increased once per parameter instead of once per step, so each parameter is corrected with another t."
STAGE = ("update", "state")
CAUSE = "adam_count"
