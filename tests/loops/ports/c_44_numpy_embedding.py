"""Word embeddings in NumPy, with np.add.at for tokens that occur several times."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, net, tokens

batches = tokens(144)
reference = net(
    (6,),
    [layers.Embedding(9, 4), layers.GlobalAveragePooling1D(), layers.Dense(1)],
    keras.optimizers.SGD(0.5),
    keras.losses.BinaryCrossentropy(from_logits=True),
    144,
    dtype="int32",
)


class Net(NumpyLoop):
    def train_step(self, ids, y):
        table, w, b = self.w
        h = table[ids].mean(1)
        z = h @ w + b
        dz = (1 / (1 + np.exp(-z)) - y) / len(ids)
        dh = np.repeat((dz @ w.T)[:, None] / ids.shape[1], ids.shape[1], 1)
        loss = np.mean(np.logaddexp(0, z) - z * y)
        w -= 0.5 * h.T @ dz
        b -= 0.5 * dz.sum(0)
        np.add.at(table, ids, (-0.5 * dh).astype(table.dtype))
        return loss


loop = Net(reference.get_weights())

EXPECTED = "equal"
