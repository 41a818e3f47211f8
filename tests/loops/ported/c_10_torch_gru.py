"""nn.GRU against keras.layers.GRU (reset_after), last output to a linear head."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(110)
x = rng.normal(size=(25, 6, 3)).astype("float32")
y = x.mean(axis=(1, 2))[:, None].astype("float32")
batches = batched(7, x, y)

keras.utils.set_random_seed(110)
reference = keras.Sequential([keras.Input((6, 3)), keras.layers.GRU(5), keras.layers.Dense(1)])
reference.compile(keras.optimizers.SGD(0.1), "mse")


class GRUNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 5, batch_first=True)
        self.fc = nn.Linear(5, 1)

    def forward(self, x):
        _, hidden = self.gru(x)
        return self.fc(hidden[-1])


torch.manual_seed(110)
model = GRUNet()
loop = TorchLoop(model, torch.optim.SGD(model.parameters(), lr=0.1), nn.MSELoss())
EXPECTED = "equal"
