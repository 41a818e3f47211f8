"""A loop over single samples that adds up their gradients and divides at the end."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, net, reg

batches = reg(143, n=25, size=10)
reference = net(
    (4,), [layers.Dense(5, "tanh"), layers.Dense(1)], keras.optimizers.SGD(0.1), "mse", 143
)


class Net(NumpyLoop):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.w
        grads, loss = [np.zeros_like(w) for w in self.w], 0.0
        for xi, yi in zip(x, y):
            h = np.tanh(xi @ w1 + b1)
            error = h @ w2 + b2 - yi
            loss += error[0] ** 2
            dh = (w2 @ (2 * error)) * (1 - h * h)
            for g, d in zip(grads, [np.outer(xi, dh), dh, np.outer(h, 2 * error), 2 * error]):
                g += d
        self.w = [w - 0.1 * g / len(x) for w, g in zip(self.w, grads)]
        return loss / len(x)


loop = Net(reference.get_weights())

EXPECTED = "equal"
