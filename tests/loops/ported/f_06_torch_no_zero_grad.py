"""A first PyTorch training loop that has no optimizer.zero_grad()."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(6)
x = rng.normal(size=(30, 3)).astype("float32")
y = (x @ np.float32([[1.0], [2.0], [-1.0]]) + 0.5).astype("float32")
batches = batched(8, x, y)

keras.utils.set_random_seed(6)
reference = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(5, activation="relu"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.Adam(0.01, epsilon=1e-12), "mse")

torch.manual_seed(6)
model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01, eps=1e-12)
mse = nn.MSELoss()


def train_step(xb, yb):
    loss = mse(model(xb), yb)
    loss.backward()
    optimizer.step()
    return loss.detach()


loop = TorchLoop(model, optimizer, mse, train_step=train_step)
EXPECTED = (
    "zero_grad is never called, so each step uses the sum of the gradients of all batches so far."
)
STAGE = ("state",)
CAUSE = "gradients_accumulated"
