"""Padded sequences: the output at the last real step is gathered."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2218)
keras.utils.set_random_seed(2218)
torch.manual_seed(2218)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(9, 4)
        self.gru = nn.GRU(4, 5, batch_first=True)
        self.head = nn.Linear(5, 1)

    def forward(self, x):
        x = x.long()
        out, _ = self.gru(self.embedding(x))
        last = (x != 0).sum(1) - 1
        return torch.sigmoid(self.head(out[torch.arange(len(x)), last]))


x = rng.integers(1, 9, size=(34, 7))
x[np.arange(7) >= rng.integers(2, 8, size=34)[:, None]] = 0
y = (x[:, :1] > 4).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 34, 12)]
reference = keras.Sequential(
    [
        keras.Input((7,), dtype="int32"),
        L.Embedding(9, 4, mask_zero=True),
        L.GRU(5),
        L.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.SGD(0.3), "binary_crossentropy")
module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.3), nn.BCELoss())
EXPECTED = "equal"
