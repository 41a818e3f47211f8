"""np.clip on every gradient as in min-char-rnn, where the paper clips the norm."""

import keras
import numpy as np
from loops.course_data import Arrays, mlp, regression


class Net(Arrays):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.params
        h = np.tanh(x @ w1 + b1)
        out = h @ w2 + b2
        dout = 2 * (out - y) / y.size
        dh = dout @ w2.T * (1 - h * h)
        grads = [x.T @ dh, dh.sum(0), h.T @ dout, dout.sum(0)]
        for dparam in grads:
            np.clip(dparam, -0.1, 0.1, out=dparam)
        for p, g in zip(self.params, grads):
            p -= 0.2 * g
        return ((out - y) ** 2).mean()

    def predict(self, x):
        w1, b1, w2, b2 = self.params
        return np.tanh(x @ w1 + b1) @ w2 + b2


loop = Net()
reference = mlp([5, 6, 2])
reference.compile(keras.optimizers.SGD(0.2, global_clipnorm=0.1), "mse")
batches = regression(6, d=5, k=2)

EXPECTED = "Each gradient entry is clipped to [-0.1, 0.1] by np.clip, where the reference clips the global norm of all gradients to 0.1."
STAGE = ("gradients", "update")
CAUSE = "clipping_kind"
