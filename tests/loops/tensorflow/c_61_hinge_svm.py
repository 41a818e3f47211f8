"""A linear-kernel SVM on 0/1 labels, converted to -1 and 1 by hand."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(355)
rng = np.random.default_rng(355)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(40, 1)) > 0).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 40, 14)]

reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(6, activation="relu"),
        L.Dense(1, kernel_regularizer=keras.regularizers.L2(0.01)),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "hinge")


class SVM:
    def __init__(self):
        self.p = reference.get_weights()

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.p
        sign = 2 * y - 1
        h = np.maximum(x @ W1 + b1, 0)
        margin = 1 - sign * (h @ W2 + b2)
        loss = np.maximum(margin, 0).mean() + 0.01 * (W2**2).sum()
        d = np.where(margin > 0, -sign, 0) / len(y)
        dh = d @ W2.T * (h > 0)
        grads = [x.T @ dh, dh.sum(0), h.T @ d + 0.02 * W2, d.sum(0)]
        self.p = [p - 0.1 * g for p, g in zip(self.p, grads)]
        return loss


loop = SVM()

EXPECTED = "equal"
