"""word2vec-like layers in NumPy: the gradient is added to the rows of the embedding."""

import keras
import numpy as np

keras.utils.set_random_seed(119)
rng = np.random.default_rng(119)
x = rng.integers(0, 6, size=(44, 4))
y = rng.normal(size=(44, 2)).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [
        keras.Input((4,), dtype="int32"),
        keras.layers.Embedding(6, 3),
        keras.layers.Flatten(),
        keras.layers.Dense(2),
    ]
)
reference.compile(keras.optimizers.SGD(0.2), "mse")


class Embedding:
    def forward(self, idx):
        self.idx = idx
        return self.W[idx]

    def backward(self, dout):
        dW = np.zeros_like(self.W)
        dW[self.idx] += dout
        return dW


class Net:
    def __init__(self, ws):
        self.emb = Embedding()
        self.set_weights(ws)

    def set_weights(self, ws):
        self.emb.W, self.W, self.b = (np.array(w, "float64") for w in ws)

    def get_weights(self):
        return [self.emb.W.copy(), self.W.copy(), self.b.copy()]

    def train_step(self, x, y):
        e = self.emb.forward(x)
        flat = e.reshape(len(x), -1)
        diff = flat @ self.W + self.b - y
        d = 2 * diff / diff.size
        dE = self.emb.backward((d @ self.W.T).reshape(e.shape))
        self.W -= 0.2 * flat.T @ d
        self.b -= 0.2 * d.sum(0)
        self.emb.W -= 0.2 * dE
        return (diff**2).mean()


loop = Net(reference.get_weights())
EXPECTED = "dW[idx] += dout keeps only one occurrence of each repeated word; np.add.at would add all of them."
STAGE = ("gradients",)
CAUSE = "embedding_rows_lost"
