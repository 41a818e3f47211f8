"""Weights in one flat vector for scipy-like code, with weight decay as a norm of the vector."""

import keras
import numpy as np

keras.utils.set_random_seed(122)
rng = np.random.default_rng(122)
x = rng.normal(size=(44, 4)).astype("float32")
y = (x[:, :1] * x[:, 1:2] + 2).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
l2 = keras.regularizers.L2(0.05)
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(5, "tanh", kernel_regularizer=l2, bias_initializer="normal"),
        keras.layers.Dense(1, kernel_regularizer=l2, bias_initializer="ones"),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")


class Flat:
    def __init__(self, shapes):
        self.shapes = shapes
        self.cuts = np.cumsum([int(np.prod(s)) for s in shapes])
        self.theta = np.zeros(self.cuts[-1])

    def unpack(self, theta):
        return [p.reshape(s) for p, s in zip(np.split(theta, self.cuts[:-1]), self.shapes)]

    def get_weights(self):
        return [p.copy() for p in self.unpack(self.theta)]

    def set_weights(self, ws):
        self.theta = np.concatenate([np.ravel(w) for w in ws]).astype("float64")

    def cost(self, theta, x, y):
        W1, b1, W2, b2 = self.unpack(theta)
        a = np.tanh(x @ W1 + b1)
        e = a @ W2 + b2 - y
        d = 2 * e / e.size
        da = (d @ W2.T) * (1 - a * a)
        grad = np.concatenate([v.ravel() for v in (x.T @ da, da.sum(0), a.T @ d, d.sum(0))])
        return (e * e).mean() + 0.05 * theta @ theta, grad + 0.1 * theta

    def train_step(self, x, y):
        cost, grad = self.cost(self.theta, x, y)
        self.theta = self.theta - 0.05 * grad
        return cost


loop = Flat([w.shape for w in reference.get_weights()])
EXPECTED = (
    "The L2 penalty covers the whole vector, biases included; the reference penalizes kernels only."
)
STAGE = ("regularization",)
CAUSE = "penalty_on_bias"
