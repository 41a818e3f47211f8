"""A NumPy network trained by AMSGrad, as in blog posts on "On the convergence of Adam and beyond"."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(792)
rng = np.random.default_rng(792)
x = rng.normal(size=(36, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(36, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]

reference = keras.Sequential([keras.Input((4,)), L.Dense(6, activation="tanh"), L.Dense(1)])
reference.compile(keras.optimizers.Adam(0.02, beta_2=0.9, amsgrad=True), "mse")


class Net:
    def __init__(self):
        self.p = [np.zeros(w.shape) for w in reference.get_weights()]
        self.m = [np.zeros_like(p) for p in self.p]
        self.v = [np.zeros_like(p) for p in self.p]
        self.vhat = [np.zeros_like(p) for p in self.p]
        self.t = 0

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, weights):
        self.p = [np.array(w, "float64") for w in weights]

    def predict(self, x):
        W1, b1, W2, b2 = self.p
        return np.tanh(x @ W1 + b1) @ W2 + b2

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.p
        h = np.tanh(x @ W1 + b1)
        e = h @ W2 + b2 - y
        d2 = 2 * e / len(x)
        d1 = (d2 @ W2.T) * (1 - h**2)
        grads = [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]
        self.t += 1
        lr = 0.02 * np.sqrt(1 - 0.9**self.t) / (1 - 0.9**self.t)
        for i, g in enumerate(grads):
            self.m[i] += 0.1 * (g - self.m[i])
            self.v[i] += 0.1 * (g * g - self.v[i])
            self.vhat[i] = np.maximum(self.vhat[i], self.v[i])
            self.p[i] = self.p[i] - lr * self.m[i] / (np.sqrt(self.vhat[i]) + 1e-7)
        return np.mean(e**2)


loop = Net()

EXPECTED = "equal"
