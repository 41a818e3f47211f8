"""NumPy regression with momentum and an L2 penalty."""

import keras
import numpy as np
from keras import layers
from loops.post_data import cut, regression

keras.utils.set_random_seed(142)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(6, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01)),
        layers.Dense(1, kernel_regularizer=keras.regularizers.L2(0.01)),
    ]
)
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse")


class Net:
    def __init__(self):
        self.w = [np.zeros((5, 6)), np.zeros(6), np.zeros((6, 1)), np.zeros(1)]
        self.velocity = [0.0] * 4

    def get_weights(self):
        return [w.copy() for w in self.w]

    def set_weights(self, arrays):
        self.w = [np.array(a, "float64") for a in arrays]

    def predict(self, x):
        return np.maximum(x @ self.w[0] + self.w[1], 0) @ self.w[2] + self.w[3]

    def train_step(self, x, y):
        w1, b1, w2, b2 = self.w
        z = x @ w1 + b1
        h = np.maximum(z, 0)
        error = h @ w2 + b2 - y
        loss = np.mean(error**2) + 0.01 * (np.sum(w1**2) + np.sum(w2**2))
        d2 = 2 * error / len(x)
        d1 = d2 @ w2.T
        d1[z <= 0] = 0
        grads = [x.T @ d1 + 0.02 * w1, d1.sum(axis=0), h.T @ d2 + 0.02 * w2, d2.sum(axis=0)]
        for i, g in enumerate(grads):
            self.velocity[i] = 0.9 * self.velocity[i] - 0.05 * g
            self.w[i] = self.w[i] + self.velocity[i]
        return loss


loop = Net()
batches = cut(*regression(142), 12)
EXPECTED = "equal"
