"""db = dz.mean(axis=0) after dz was divided by n."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, binary, net

batches = binary(44)
reference = net(
    (5,),
    [layers.Dense(6, "tanh"), layers.Dense(1, "sigmoid")],
    keras.optimizers.SGD(0.2),
    "binary_crossentropy",
    44,
)


class Net(NumpyLoop):
    def gradients(self, x, y):
        w1, b1, w2, b2 = self.w
        h = np.tanh(x @ w1 + b1)
        p = 1 / (1 + np.exp(-(h @ w2 + b2)))
        self.loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        dz = (p - y) / len(x)
        dh = (dz @ w2.T) * (1 - h**2)
        return [x.T @ dh, dh.mean(0), h.T @ dz, dz.mean(0)]

    def train_step(self, x, y):
        self.w = [w - 0.2 * g for w, g in zip(self.w, self.gradients(x, y))]
        return self.loss


loop = Net(reference.get_weights())

EXPECTED = (
    "The gradients of the biases are averaged over the batch a second time (mean instead of sum)."
)
STAGE = ("gradients",)
CAUSE = "gradient_divided"
