"""Logits per time step, permuted for cross_entropy."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2262)
keras.utils.set_random_seed(2262)
torch.manual_seed(2262)


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
loop = TorchLoop(
    module,
    torch.optim.SGD(module.parameters(), lr=0.2),
    lambda z, y: F.cross_entropy(z.permute(0, 2, 1), y),
)
EXPECTED = "equal"
