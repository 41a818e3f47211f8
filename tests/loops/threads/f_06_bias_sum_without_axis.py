"""A NumPy softmax network; db written as np.sum(dz), which broadcasts silently."""

import keras
import numpy as np

EXPECTED = "The bias gradient is summed over units as well as samples (np.sum without axis=0), so that every bias of a layer moves by the same amount."
STAGE = ("gradients",)

keras.utils.set_random_seed(6)
rng = np.random.default_rng(6)
x = rng.normal(size=(28, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 2))) + 0.1 * rng.normal(size=(28, 2))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 28, 8)]


class Net:
    def __init__(self):
        self.params = [rng.normal(size=(4, 6)), np.zeros(6), rng.normal(size=(6, 2)), np.zeros(2)]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.params
        z1 = np.dot(x, W1) + b1
        a1 = np.maximum(z1, 0)
        y_hat = np.dot(a1, W2) + b2
        loss = np.mean(np.square(y_hat - y))
        dz2 = 2 * (y_hat - y) / y.size
        dW2 = np.dot(a1.T, dz2)
        db2 = np.sum(dz2)
        dz1 = np.dot(dz2, W2.T) * (z1 > 0)
        dW1 = np.dot(x.T, dz1)
        db1 = np.sum(dz1)
        W1 -= 0.1 * dW1
        b1 -= 0.1 * db1
        W2 -= 0.1 * dW2
        b2 -= 0.1 * db2
        return loss


loop = Net()
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")
CAUSE = "bias_gradient_axis"
