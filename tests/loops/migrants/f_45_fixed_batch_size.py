"""Softmax regression whose gradient is divided by the constant batch_size."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, keras_model, labels

EXPECTED = "loss and gradient are divided by the constant batch size 8, also in the last batch of 3 samples"
STAGE = ("reduction", "gradients")
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "tanh"), D(3, "softmax")], keras.optimizers.SGD(0.2), "categorical_crossentropy"
)
batches = labels(45, onehot=True)
BATCH_SIZE = 8


class Net(NumpyNet):
    def train_step(self, x, t):
        w1, b1, w2, b2 = self.weights
        h = np.tanh(x @ w1 + b1)
        z = h @ w2 + b2
        z = z - z.max(axis=1, keepdims=True)
        y = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        loss = -np.sum(t * np.log(y + 1e-12)) / BATCH_SIZE
        d2 = (y - t) / BATCH_SIZE
        d1 = d2 @ w2.T * (1 - h**2)
        grads = [x.T @ d1, d1.sum(axis=0), h.T @ d2, d2.sum(axis=0)]
        self.weights = [w - 0.2 * g for w, g in zip(self.weights, grads)]
        return float(loss)


loop = Net(reference)
CAUSE = "fixed_batch_size"
