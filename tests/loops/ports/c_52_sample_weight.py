"""A step with sample weights: sum(w * loss) / n, as Keras does it."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, net, reg

batches = [(x, y, (0.2 + np.abs(x[:, 1])).astype("float32")) for x, y in reg(156)]
reference = net(
    (4,), [layers.Dense(5, "tanh"), layers.Dense(1)], keras.optimizers.SGD(0.1), "mse", 156
)


class Net(NumpyLoop):
    def train_step(self, x, y, sample_weight):
        w1, b1, w2, b2 = self.w
        h = np.tanh(x @ w1 + b1)
        error = h @ w2 + b2 - y
        weight = sample_weight[:, None] / len(x)
        dz = 2 * weight * error
        dh = (dz @ w2.T) * (1 - h**2)
        grads = [x.T @ dh, dh.sum(0), h.T @ dz, dz.sum(0)]
        self.w = [w - 0.1 * g for w, g in zip(self.w, grads)]
        return np.sum(weight * error**2)


loop = Net(reference.get_weights())

EXPECTED = "equal"
