"""Word embeddings in NumPy with fancy indexing."""

import keras
import numpy as np
from keras import layers
from loops.port_data import NumpyLoop, net, tokens

batches = tokens(59)
reference = net(
    (6,),
    [layers.Embedding(9, 4), layers.GlobalAveragePooling1D(), layers.Dense(1)],
    keras.optimizers.SGD(0.5),
    keras.losses.BinaryCrossentropy(from_logits=True),
    59,
    dtype="int32",
)


class Net(NumpyLoop):
    def gradients(self, ids, y):
        table, w, b = self.w
        h = table[ids].mean(1)
        z = h @ w + b
        self.loss = np.mean(np.logaddexp(0, z) - z * y)
        dz = (1 / (1 + np.exp(-z)) - y) / len(ids)
        dh = np.repeat((dz @ w.T)[:, None] / ids.shape[1], ids.shape[1], 1)
        dtable = np.zeros_like(table)
        dtable[ids] += dh
        return [dtable, h.T @ dz, dz.sum(0)]

    def train_step(self, ids, y):
        self.w = [w - 0.5 * g for w, g in zip(self.w, self.gradients(ids, y))]
        return self.loss


loop = Net(reference.get_weights())

EXPECTED = "E[ids] -= rate * g keeps only the last of a token's gradients when it occurs several times; np.add.at was needed."
STAGE = ("gradients",)
CAUSE = "embedding_rows_lost"
