"""total_loss / len(loader), the habit of most training scripts."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, labels, net

batches = labels(54, n=37, size=16)
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    54,
)


class Net(NumpyLoop):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.w
        h = np.maximum(x @ w1 + b1, 0)
        z = h @ w2 + b2
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        rows = np.arange(len(x))
        loss = -np.mean(np.log(p[rows, y]))
        dz = p.copy()
        dz[rows, y] -= 1
        dz /= len(x)
        dh = (dz @ w2.T) * (h > 0)
        grads = [x.T @ dh, dh.sum(0), h.T @ dz, dz.sum(0)]
        self.w = [w - 0.1 * g for w, g in zip(self.w, grads)]
        return loss

    def train_epoch(self, batches):
        return sum(self.train_step(x, y) for x, y in batches) / len(batches)


loop = Net(reference.get_weights())

EXPECTED = "The loss of the epoch is the mean of the batches' means, so the smaller last batch counts too much."
STAGE = ("data",)
CAUSE = "last_batch_overweighted"
