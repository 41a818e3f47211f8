"""Batch normalization's backward pass in NumPy, as in CS231n's assignment 2."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(18)
rng = np.random.default_rng(18)
x = rng.normal(size=(36, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(36, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 36, 12)]

reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(5, use_bias=False),
        L.BatchNormalization(momentum=0.8),
        L.Activation("tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")


class BatchNormNet:
    def __init__(self):
        self.W, self.gamma, self.beta, self.rm, self.rv, self.V, self.c = [
            w.astype(float) for w in reference.get_weights()
        ]
        self.vel = [0.0] * 5

    def get_weights(self):
        return [self.W, self.gamma, self.beta, self.rm, self.rv, self.V, self.c]

    def set_weights(self, ws):
        self.W, self.gamma, self.beta, self.rm, self.rv, self.V, self.c = [
            np.array(w, float) for w in ws
        ]

    def predict(self, x):
        z = (x @ self.W - self.rm) / np.sqrt(self.rv + 1e-3)
        return np.tanh(self.gamma * z + self.beta) @ self.V + self.c

    def train_step(self, x, y):
        N = len(x)
        z = x @ self.W
        mu, var = z.mean(0), z.var(0)
        inv = 1 / np.sqrt(var + 1e-3)
        xhat = (z - mu) * inv
        self.rm = 0.8 * self.rm + 0.2 * mu
        self.rv = 0.8 * self.rv + 0.2 * var
        h = np.tanh(self.gamma * xhat + self.beta)
        e = h @ self.V + self.c - y
        dout = 2 * e / N
        da = dout @ self.V.T * (1 - h * h)
        dgamma, dbeta = (da * xhat).sum(0), da.sum(0)
        dxhat = da * self.gamma
        dz = inv / N * (N * dxhat - dxhat.sum(0) - xhat * (dxhat * xhat).sum(0))
        grads = [x.T @ dz, dgamma, dbeta, h.T @ dout, dout.sum(0)]
        self.vel = [0.9 * v + g for v, g in zip(self.vel, grads)]
        self.W, self.gamma, self.beta, self.V, self.c = [
            p - 0.1 * v for p, v in zip([self.W, self.gamma, self.beta, self.V, self.c], self.vel)
        ]
        return (e**2).mean()


loop = BatchNormNet()

EXPECTED = "equal"
