"""out[:, -1] of both directions, where the backward one has seen a single step."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(3078)
keras.utils.set_random_seed(3078)
torch.manual_seed(3078)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.there = nn.GRU(3, 4, batch_first=True)
        self.back = nn.GRU(3, 4, batch_first=True)
        self.head = nn.Linear(8, 1)

    def forward(self, x):
        there, _ = self.there(x)
        back = self.back(x.flip(1))[0].flip(1)
        return self.head(torch.cat([there, back], dim=-1)[:, -1])


x = rng.normal(size=(28, 6, 3)).astype("float32")
y = (x.mean(1) @ rng.normal(size=(3, 1))).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 28, 10)]
reference = keras.Sequential([keras.Input((6, 3)), L.Bidirectional(L.GRU(4)), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.1), "mse")
module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), nn.MSELoss())
EXPECTED = "Of the backward direction the output at the last time step is taken, its first step, instead of its final state."
STAGE = ("outputs",)
CAUSE = "bidirectional_end"
