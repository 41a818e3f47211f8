"""Course-style NumPy network with L2 regularization, lambd / m in cost and gradient."""

import keras
import numpy as np

EXPECTED = "The L2 penalty is divided by the number of samples in the batch (lambd / m), which Keras's regularizer is not."
STAGE = ("regularization",)

keras.utils.set_random_seed(8)
rng = np.random.default_rng(8)
x = rng.normal(size=(32, 5)).astype("float32")
labels = np.argmax(x[:, :3] + 0.5 * rng.normal(size=(32, 3)), axis=1)
y = np.eye(3, dtype="float32")[labels]
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 32, 10)]
lambd = 0.02


def softmax(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


class RegularizedNet:
    def __init__(self):
        self.params = [rng.normal(size=(5, 6)), np.zeros(6), rng.normal(size=(6, 3)), np.zeros(3)]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.params
        m = x.shape[0]
        Z1 = x @ W1 + b1
        A1 = np.maximum(0, Z1)
        A2 = softmax(A1 @ W2 + b2)
        cross_entropy_cost = -np.sum(y * np.log(A2)) / m
        L2_cost = lambd / m * (np.sum(W1**2) + np.sum(W2**2))
        dZ2 = A2 - y
        dW2 = 1 / m * A1.T @ dZ2 + 2 * lambd / m * W2
        db2 = 1 / m * np.sum(dZ2, axis=0)
        dZ1 = dZ2 @ W2.T * (A1 > 0)
        dW1 = 1 / m * x.T @ dZ1 + 2 * lambd / m * W1
        db1 = 1 / m * np.sum(dZ1, axis=0)
        for p, g in zip(self.params, (dW1, db1, dW2, db2)):
            p -= 0.3 * g
        return cross_entropy_cost + L2_cost


loop = RegularizedNet()
l2 = keras.regularizers.L2(lambd)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(6, activation="relu", kernel_regularizer=l2),
        keras.layers.Dense(3, activation="softmax", kernel_regularizer=l2),
    ]
)
reference.compile(keras.optimizers.SGD(0.3), "categorical_crossentropy")
CAUSE = "penalty_divided"
