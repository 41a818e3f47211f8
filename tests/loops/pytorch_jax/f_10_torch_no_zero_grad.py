"""The tutorial's loop without optimizer.zero_grad()."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1912)
keras.utils.set_random_seed(1912)
torch.manual_seed(1912)

x = rng.normal(size=(46, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(46, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.02), "mse")
module = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.02)
criterion = nn.MSELoss()


def train_step(x, y):
    loss = criterion(module(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "zero_grad is missing: the gradients of all earlier batches are added up."
STAGE = ("gradients", "state")
CAUSE = "gradients_accumulated"
