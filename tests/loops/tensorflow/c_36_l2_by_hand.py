"""L2 penalty on the kernels with the factor written out, as in Ng's course but in Keras's scale."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(375)
rng = np.random.default_rng(375)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(40, 1)) > 0).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 40, 16)]

reg = keras.regularizers.L2(0.02)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(6, activation="relu", kernel_regularizer=reg),
        L.Dense(1, activation="sigmoid", kernel_regularizer=reg),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "binary_crossentropy")


class Net:
    def __init__(self):
        self.set_weights(reference.get_weights())

    def get_weights(self):
        return [self.W1.copy(), self.b1.copy(), self.W2.copy(), self.b2.copy()]

    def set_weights(self, ws):
        self.W1, self.b1, self.W2, self.b2 = [np.array(w, "float64") for w in ws]

    def train_step(self, X, Y):
        m, lambd = len(X), 0.02
        A1 = np.maximum(0, X @ self.W1 + self.b1)
        A2 = 1 / (1 + np.exp(-(A1 @ self.W2 + self.b2)))
        cross_entropy = -np.mean(np.where(Y == 1, np.log(A2), np.log(1 - A2)))
        cost = cross_entropy + lambd * (np.sum(self.W1**2) + np.sum(self.W2**2))
        dZ2 = (A2 - Y) / m
        dZ1 = (dZ2 @ self.W2.T) * (A1 > 0)
        dW2 = A1.T @ dZ2 + 2 * lambd * self.W2
        dW1 = X.T @ dZ1 + 2 * lambd * self.W1
        self.W1 = self.W1 - 0.1 * dW1
        self.b1 = self.b1 - 0.1 * dZ1.sum(0)
        self.W2 = self.W2 - 0.1 * dW2
        self.b2 = self.b2 - 0.1 * dZ2.sum(0)
        return cost


loop = Net()

EXPECTED = "equal"
