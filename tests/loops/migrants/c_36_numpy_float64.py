"""A two-layer NumPy network in float64, gradients and updates written out."""

import keras
import numpy as np
from loops.migrant_data import NumpyNet, keras_model, regression

keras.config.set_floatx("float64")
EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model([(4,), D(6, "tanh"), D(2)], keras.optimizers.SGD(0.1, momentum=0.9), "mse")
batches = [(x.astype("float64"), y.astype("float64")) for x, y in regression(136, k=2)]


class Net(NumpyNet):
    velocity = (0, 0, 0, 0)

    def train_step(self, x, y):
        w1, b1, w2, b2 = self.weights
        h = np.tanh(x @ w1 + b1)
        e = h @ w2 + b2 - y
        d2 = 2 * e / e.size
        d1 = (d2 @ w2.T) * (1 - h**2)
        grads = [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]
        self.velocity = [0.9 * v - 0.1 * g for v, g in zip(self.velocity, grads)]
        self.weights = [w + v for w, v in zip(self.weights, self.velocity)]
        return float(np.mean(e**2))


loop = Net(reference)
