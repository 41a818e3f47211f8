"""nn.GRU without batch_first=True on (batch, time, features)."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2229)
keras.utils.set_random_seed(2229)
torch.manual_seed(2229)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 5)
        self.head = nn.Linear(5, 1)

    def forward(self, x):
        out, _ = self.gru(x)
        return self.head(out[:, -1])


x = rng.normal(size=(28, 6, 3)).astype("float32")
y = (x.mean(1) @ rng.normal(size=(3, 1))).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 28, 10)]
reference = keras.Sequential([keras.Input((6, 3)), L.GRU(5), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "The GRU lacks batch_first=True: it runs over the samples of the batch as if they were time steps."
STAGE = ("outputs",)
CAUSE = "time_axis"
