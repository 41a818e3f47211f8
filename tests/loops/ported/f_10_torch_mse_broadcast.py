"""Regression where targets of shape (n,) meet outputs of shape (n, 1) in MSELoss."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import warnings

import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

warnings.filterwarnings("ignore", message="Using a target size")
rng = np.random.default_rng(10)
x = rng.normal(size=(41, 4)).astype("float32")
y = (x[:, 0] * x[:, 1] + 0.3 * rng.normal(size=41)).astype("float32")
batches = batched(12, x, y)

keras.utils.set_random_seed(10)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(12, activation="relu"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.02, momentum=0.9), "mean_squared_error")

torch.manual_seed(10)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(4, 12)
        self.out = nn.Linear(12, 1)

    def forward(self, x):
        return self.out(torch.relu(self.hidden(x)))


net = Net()
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.02, momentum=0.9), nn.MSELoss())
EXPECTED = "Targets of shape (n,) broadcast against outputs of shape (n, 1) to (n, n), so each output is compared with every target."
STAGE = ("loss", "reduction")
CAUSE = "broadcast"
