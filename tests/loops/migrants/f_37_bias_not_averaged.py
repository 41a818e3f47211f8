"""The cs231n two-layer softmax classifier, with 1/N applied to the weights only."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, keras_model, labels

EXPECTED = (
    "the bias gradients are sums over the batch, the kernel gradients are divided by its size"
)
STAGE = ("gradients",)
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(7, "relu"), D(3, "softmax")],
    keras.optimizers.SGD(0.1),
    "sparse_categorical_crossentropy",
)
batches = labels(37)


class TwoLayerNet(NumpyNet):
    def train_step(self, X, y):
        W1, b1, W2, b2 = self.weights
        N = X.shape[0]
        hidden = np.maximum(0, X @ W1 + b1)
        scores = hidden @ W2 + b2
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        probs = e / e.sum(axis=1, keepdims=True)
        loss = -np.log(probs[range(N), y]).mean()
        dscores = probs.copy()
        dscores[range(N), y] -= 1
        dW2, db2 = hidden.T @ dscores / N, dscores.sum(axis=0)
        dhidden = dscores @ W2.T
        dhidden[hidden <= 0] = 0
        dW1, db1 = X.T @ dhidden / N, dhidden.sum(axis=0)
        self.weights = [w - 0.1 * g for w, g in zip(self.weights, (dW1, db1, dW2, db2))]
        return float(loss)


loop = TwoLayerNet(reference)
CAUSE = "gradient_summed"
