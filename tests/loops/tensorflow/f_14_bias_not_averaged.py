"""NumPy softmax classifier with dW divided by m and db not."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(172)
rng = np.random.default_rng(172)
x = rng.normal(size=(36, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(36, 3))).argmax(1)
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6, activation="relu"), L.Dense(3, activation="softmax")]
)
reference.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy")


class Net:
    def __init__(self):
        self.W1, self.b1, self.W2, self.b2 = reference.get_weights()

    def get_weights(self):
        return [self.W1, self.b1, self.W2, self.b2]

    def set_weights(self, ws):
        self.W1, self.b1, self.W2, self.b2 = [np.array(w) for w in ws]

    def train_step(self, X, y):
        m = X.shape[0]
        Z1 = X @ self.W1 + self.b1
        A1 = np.maximum(0, Z1)
        Z2 = A1 @ self.W2 + self.b2
        E = np.exp(Z2 - Z2.max(1, keepdims=True))
        A2 = E / E.sum(1, keepdims=True)
        loss = -np.log(A2[range(m), y]).mean()
        dZ2 = A2 - np.eye(3)[y]
        dW2 = A1.T @ dZ2 / m
        db2 = np.sum(dZ2, axis=0)
        dZ1 = dZ2 @ self.W2.T * (Z1 > 0)
        dW1 = X.T @ dZ1 / m
        db1 = np.sum(dZ1, axis=0)
        self.W1, self.b1 = self.W1 - 0.05 * dW1, self.b1 - 0.05 * db1
        self.W2, self.b2 = self.W2 - 0.05 * dW2, self.b2 - 0.05 * db2
        return loss


loop = Net()

EXPECTED = "The bias gradients are summed over the batch but not divided by the batch size, unlike the kernels'."
STAGE = ("gradients",)
CAUSE = "gradient_summed"
