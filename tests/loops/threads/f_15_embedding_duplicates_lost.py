"""Bag-of-words sentiment network with a NumPy embedding; dE[ids] += grad."""

import keras
import numpy as np

EXPECTED = "The embedding's gradient is written with dE[ids] += grad, which keeps only one of the contributions of a word that occurs several times; np.add.at is needed."
STAGE = ("gradients",)

keras.utils.set_random_seed(15)
rng = np.random.default_rng(15)
x = rng.integers(0, 9, size=(25, 6)).astype("int32")
y = (x.mean(axis=1, keepdims=True) > 4).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 25, 8)]


class BagOfWords:
    def __init__(self, vocabulary=9, size=4):
        self.params = [rng.normal(size=(vocabulary, size)), rng.normal(size=(size, 1)), np.zeros(1)]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def predict(self, ids):
        E, W, b = self.params
        return 1 / (1 + np.exp(-(E[ids].mean(axis=1) @ W + b)))

    def train_step(self, ids, y):
        E, W, b = self.params
        pooled = E[ids].mean(axis=1)
        p = self.predict(ids)
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        dz = (p - y) / len(ids)
        d_pooled = dz @ W.T
        dE = np.zeros_like(E)
        dE[ids] += d_pooled[:, None, :] / ids.shape[1]
        W -= 0.5 * pooled.T @ dz
        b -= 0.5 * dz.sum(axis=0)
        E -= 0.5 * dE
        return loss


loop = BagOfWords()
reference = keras.Sequential(
    [
        keras.Input((6,), dtype="int32"),
        keras.layers.Embedding(9, 4),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.SGD(0.5), "binary_crossentropy")
CAUSE = "embedding_rows_lost"
