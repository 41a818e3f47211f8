"""Layers as views into one flat NumPy vector; the update rebinds the vector."""

import keras
import numpy as np

keras.utils.set_random_seed(123)
rng = np.random.default_rng(123)
x = rng.normal(size=(44, 4)).astype("float32")
y = (x[:, :1] - 1).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(5, "sigmoid"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.3), "mse")


class Net:
    def __init__(self, sizes):
        shapes = [s for a, b in zip(sizes, sizes[1:]) for s in ((a, b), (b,))]
        self.params = np.zeros(sum(int(np.prod(s)) for s in shapes))
        self.views, at = [], 0
        for s in shapes:
            n = int(np.prod(s))
            self.views.append(self.params[at : at + n].reshape(s))
            at += n

    def get_weights(self):
        return [v.copy() for v in self.views]

    def set_weights(self, ws):
        for v, w in zip(self.views, ws):
            v[...] = w

    def grad(self, x, y):
        W1, b1, W2, b2 = self.views
        a = 1 / (1 + np.exp(-(x @ W1 + b1)))
        e = a @ W2 + b2 - y
        d = 2 * e / e.size
        dz = d @ W2.T * a * (1 - a)
        return (e**2).mean(), np.concatenate(
            [(x.T @ dz).ravel(), dz.sum(0), (a.T @ d).ravel(), d.sum(0)]
        )

    def train_step(self, x, y):
        loss, g = self.grad(x, y)
        self.params = self.params - 0.3 * g
        return loss


loop = Net([4, 5, 1])
EXPECTED = "The flat vector is replaced instead of updated in place, so that the layers' views never see an update: nothing is trained."
STAGE = ("update",)
CAUSE = "nothing_moves"
