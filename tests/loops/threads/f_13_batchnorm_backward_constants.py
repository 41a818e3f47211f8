"""Batch normalization from scratch in NumPy; the backward pass only divides by the standard deviation."""

import keras
import numpy as np

EXPECTED = (
    "The backward pass of batch normalization treats the batch's mean and variance as constants."
)
STAGE = ("gradients",)

keras.utils.set_random_seed(13)
rng = np.random.default_rng(13)
x = rng.normal(size=(36, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(36, 1))).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 36, 10)]


class BNNet:
    """W1, b1, gamma, beta, moving mean, moving variance, W2, b2"""

    def __init__(self):
        self.params = [
            rng.normal(size=(4, 5)),
            np.zeros(5),
            np.ones(5),
            np.zeros(5),
            np.zeros(5),
            np.ones(5),
            rng.normal(size=(5, 1)),
            np.zeros(1),
        ]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def predict(self, x):
        W1, b1, gamma, beta, mean, var, W2, b2 = self.params
        z = gamma * (x @ W1 + b1 - mean) / np.sqrt(var + 1e-3) + beta
        return np.maximum(z, 0) @ W2 + b2

    def train_step(self, x, y):
        W1, b1, gamma, beta, mean, var, W2, b2 = self.params
        u = x @ W1 + b1
        mu, s2 = u.mean(axis=0), u.var(axis=0)
        u_hat = (u - mu) / np.sqrt(s2 + 1e-3)
        z = gamma * u_hat + beta
        a = np.maximum(z, 0)
        out = a @ W2 + b2
        mean += 0.01 * (mu - mean)
        var += 0.01 * (s2 - var)
        d_out = 2 * (out - y) / len(x)
        dz = d_out @ W2.T * (z > 0)
        du = dz * gamma / np.sqrt(s2 + 1e-3)
        lr = 0.05
        W2 -= lr * a.T @ d_out
        b2 -= lr * d_out.sum(axis=0)
        gamma -= lr * np.sum(dz * u_hat, axis=0)
        beta -= lr * dz.sum(axis=0)
        W1 -= lr * x.T @ du
        b1 -= lr * du.sum(axis=0)
        return np.mean((out - y) ** 2)


loop = BNNet()
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(5),
        keras.layers.BatchNormalization(),
        keras.layers.Activation("relu"),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
CAUSE = "batch_norm_backward"
