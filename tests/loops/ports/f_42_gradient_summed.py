"""The classic two-layer network in NumPy."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, labels, net

batches = labels(42, onehot=True)
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(3, "softmax")],
    keras.optimizers.SGD(0.02),
    "categorical_crossentropy",
    42,
)


class Net(NumpyLoop):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.w
        h = np.maximum(x @ w1 + b1, 0)
        z = h @ w2 + b2
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        loss = -np.mean(np.sum(y * np.log(p), 1))
        dz = p - y
        dh = (dz @ w2.T) * (h > 0)
        grads = [x.T @ dh, dh.sum(0), h.T @ dz, dz.sum(0)]
        self.w = [w - 0.02 * g for w, g in zip(self.w, grads)]
        return loss


loop = Net(reference.get_weights())

EXPECTED = "The gradient of softmax and cross-entropy is not divided by the number of samples, while the loss is averaged."
STAGE = ("gradients", "reduction")
CAUSE = "gradient_summed"
