"""F.dropout with training=self.training."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2590)
keras.utils.set_random_seed(2590)
torch.manual_seed(2590)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(5, 16), nn.Linear(16, 1)

    def forward(self, x):
        return self.b(F.dropout(torch.relu(self.a(x)), 0.5, self.training))


x = rng.normal(size=(50, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(16, activation="relu"), L.Dropout(0.5), L.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "equal"
