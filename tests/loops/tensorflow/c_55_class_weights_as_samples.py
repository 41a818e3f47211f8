"""Class weights turned into sample weights in a NumPy classifier."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(952)
rng = np.random.default_rng(952)
x = rng.normal(size=(42, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(42, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 42, 16)]
class_weight = {0: 0.4, 1: 1.0, 2: 3.0}
batches = [(a, b, np.array([class_weight[k] for k in b], "float32")) for a, b in batches]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(3, activation="softmax")]
)
reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")


class Net:
    def __init__(self):
        self.p = reference.get_weights()

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def train_step(self, x, y, sample_weight):
        W1, b1, W2, b2 = self.p
        n = len(y)
        h = np.maximum(x @ W1 + b1, 0)
        s = h @ W2 + b2
        logp = s - s.max(1, keepdims=True)
        logp = logp - np.log(np.exp(logp).sum(1, keepdims=True))
        loss = -(sample_weight * logp[np.arange(n), y]).sum() / n
        ds = sample_weight[:, None] * (np.exp(logp) - np.eye(3)[y]) / n
        dh = ds @ W2.T * (h > 0)
        self.p = [p - 0.1 * g for p, g in zip(self.p, [x.T @ dh, dh.sum(0), h.T @ ds, ds.sum(0)])]
        return loss


loop = Net()

EXPECTED = "equal"
