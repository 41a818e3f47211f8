"""The deep-learning course's lambda / (2 m) penalty."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(244)
rng = np.random.default_rng(244)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(40, 1)) > 0).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 40, 16)]

reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(6, activation="tanh", kernel_regularizer=keras.regularizers.L2(0.1)),
        L.Dense(1, activation="sigmoid", kernel_regularizer=keras.regularizers.L2(0.1)),
    ]
)
reference.compile(keras.optimizers.SGD(0.2), "binary_crossentropy")


class Net:
    def __init__(self):
        self.p = reference.get_weights()

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def train_step(self, X, Y, lambd=0.1):
        W1, b1, W2, b2 = self.p
        m = X.shape[0]
        A1 = np.tanh(X @ W1 + b1)
        A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
        cost = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
        cost += lambd / (2 * m) * (np.sum(W1**2) + np.sum(W2**2))
        dZ2 = A2 - Y
        dW2 = A1.T @ dZ2 / m + lambd / m * W2
        dZ1 = dZ2 @ W2.T * (1 - A1**2)
        dW1 = X.T @ dZ1 / m + lambd / m * W1
        self.p = [W1 - 0.2 * dW1, b1 - 0.2 * dZ1.mean(0), W2 - 0.2 * dW2, b2 - 0.2 * dZ2.mean(0)]
        return cost


class Loop(Net):
    def train_step(self, x, y):
        return super().train_step(x, y)


loop = Loop()

EXPECTED = (
    "The L2 penalty is lambda/(2m) times the sum of squares: it is divided by twice the batch size."
)
STAGE = ("regularization",)
CAUSE = "penalty_divided"
