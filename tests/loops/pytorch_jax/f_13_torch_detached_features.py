"""A feature extractor whose output is detached ("to save memory")."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2415)
keras.utils.set_random_seed(2415)
torch.manual_seed(2415)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Linear(6, 10)
        self.head = nn.Linear(10, 1)

    def forward(self, x):
        h = torch.relu(self.features(x)).detach()
        return self.head(h)


x = rng.normal(size=(50, 6)).astype("float32")
y = (np.sin(x @ rng.normal(size=(6, 1))) + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((6,)),
        L.Dense(10, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = (
    "detach() cuts the graph after the first layer, which gets no gradient and is never trained."
)
STAGE = ("gradients",)
CAUSE = "frozen_variable"
