"""reduction="mean_with_sample_weight": np.average's normalization is then right."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(836)
rng = np.random.default_rng(836)
x = rng.normal(size=(36, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(36, 1))
x, y = x.astype("float32"), y.astype("float32")
sample_weight = rng.uniform(0.2, 2.0, 36).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14], sample_weight[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(5, activation="tanh"), L.Dense(1)])
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.MeanSquaredError(reduction="mean_with_sample_weight")
)


class Net:
    def __init__(self):
        self.p = reference.get_weights()

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def train_step(self, x, y, sample_weight=None):
        W1, b1, W2, b2 = self.p
        w = np.ones(len(x)) if sample_weight is None else sample_weight
        h = np.tanh(x @ W1 + b1)
        e = h @ W2 + b2 - y
        loss = np.average((e**2)[:, 0], weights=w)
        d2 = 2 * e * (w / w.sum())[:, None]
        d1 = d2 @ W2.T * (1 - h * h)
        self.p = [p - 0.1 * g for p, g in zip(self.p, [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)])]
        return loss


loop = Net()

EXPECTED = "equal"
