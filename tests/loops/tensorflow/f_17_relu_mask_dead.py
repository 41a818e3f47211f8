"""ReLU's backward pass that tests the wrong array."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(855)
rng = np.random.default_rng(855)
x = rng.normal(size=(36, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(36, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 13], y[i : i + 13]) for i in range(0, 36, 13)]

reference = keras.Sequential([keras.Input((5,)), L.Dense(8, activation="relu"), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse")


class Net:
    def __init__(self):
        self.p = reference.get_weights()
        self.v = [np.zeros_like(p) for p in self.p]

    def get_weights(self):
        return list(self.p)

    def set_weights(self, ws):
        self.p = [np.array(w) for w in ws]

    def predict(self, x):
        return np.maximum(x @ self.p[0] + self.p[1], 0) @ self.p[2] + self.p[3]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.p
        a = np.maximum(x @ W1 + b1, 0)
        out = a @ W2 + b2
        dout = 2 * (out - y) / len(x)
        da = dout @ W2.T
        da[a < 0] = 0
        for i, g in enumerate([x.T @ da, da.sum(0), a.T @ dout, dout.sum(0)]):
            self.v[i] = 0.9 * self.v[i] - 0.05 * g
            self.p[i] = self.p[i] + self.v[i]
        return np.square(out - y).mean()


loop = Net()

EXPECTED = "The derivative of ReLU is missing: the test looks for negative values of the activation, which has none, so gradients flow through inactive units."
STAGE = ("gradients",)
CAUSE = "activation_derivative_forgotten"
