"""Layer normalization's backward pass in NumPy, as in llm.c's Python notes."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(51)
rng = np.random.default_rng(51)
x = rng.normal(size=(32, 5))
y = np.tanh(x @ rng.normal(size=(5, 2))) + 0.3 * rng.normal(size=(32, 2))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 32, 12)]

reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(6),
        L.LayerNormalization(epsilon=1e-5),
        L.Activation("relu"),
        L.Dense(2),
    ]
)
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse")


class Net:
    def __init__(self):
        self.p = [w.astype(float) for w in reference.get_weights()]
        self.v = [np.zeros_like(p) for p in self.p]

    def get_weights(self):
        return [p.copy() for p in self.p]

    def set_weights(self, ws):
        self.p = [np.array(w, float) for w in ws]

    def train_step(self, x, y):
        W, b, gamma, beta, V, c = self.p
        z = x @ W + b
        mu = z.mean(-1, keepdims=True)
        rstd = (z.var(-1, keepdims=True) + 1e-5) ** -0.5
        norm = (z - mu) * rstd
        a = norm * gamma + beta
        h = np.maximum(a, 0)
        e = h @ V + c - y
        dout = 2 * e / e.size
        da = (dout @ V.T) * (a > 0)
        dnorm = da * gamma
        dz = dnorm - dnorm.mean(-1, keepdims=True) - norm * (dnorm * norm).mean(-1, keepdims=True)
        dz *= rstd
        grads = [x.T @ dz, dz.sum(0), (da * norm).sum(0), da.sum(0), h.T @ dout, dout.sum(0)]
        self.v = [0.9 * v - 0.05 * g for v, g in zip(self.v, grads)]
        self.p = [p + v for p, v in zip(self.p, self.v)]
        return np.mean(e * e)


loop = Net()

EXPECTED = "equal"
