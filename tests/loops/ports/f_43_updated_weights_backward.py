"""Backpropagation with each layer's update inside of the loop."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, net, reg

batches = reg(43)
reference = net(
    (4,), [layers.Dense(6, "tanh"), layers.Dense(1)], keras.optimizers.SGD(0.1), "mse", 43
)


class Net(NumpyLoop):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.w
        h = np.tanh(x @ w1 + b1)
        error = h @ w2 + b2 - y
        delta = 2 * error / error.size
        w2 -= 0.1 * h.T @ delta
        b2 -= 0.1 * delta.sum(0)
        dh = (delta @ w2.T) * (1 - h**2)
        w1 -= 0.1 * x.T @ dh
        b1 -= 0.1 * dh.sum(0)
        return np.mean(error**2)


loop = Net(reference.get_weights())

EXPECTED = (
    "The second layer's weights are updated before the error is propagated back through them."
)
STAGE = ("gradients", "update")
CAUSE = "backward_through_moved_weights"
