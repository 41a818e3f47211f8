"""Logits (batch, time, classes) brought to (batch, classes, time) with view."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(3094)
keras.utils.set_random_seed(3094)
torch.manual_seed(3094)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(3, 6, batch_first=True)
        self.head = nn.Linear(6, 4)

    def forward(self, x):
        return self.head(self.rnn(x)[0])


x = rng.normal(size=(26, 5, 3)).astype("float32")
y = rng.integers(0, 4, size=(26, 5))
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 26, 10)]
reference = keras.Sequential([keras.Input((5, 3)), L.GRU(6, return_sequences=True), L.Dense(4)])
reference.compile(
    keras.optimizers.SGD(0.2), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
module = Net()


def loss(logits, y):
    return F.cross_entropy(logits.reshape(logits.shape[0], 4, -1), y)


loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.2), loss)
EXPECTED = "The logits are reshaped instead of transposed to (batch, classes, time), which mixes classes and time steps."
STAGE = ("loss",)
CAUSE = "axes_mixed"
