"""Accumulation that divides by the number of micro-batches, although the last one is smaller."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2443)
keras.utils.set_random_seed(2443)
torch.manual_seed(2443)

x = rng.normal(size=(50, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 20], y[i : i + 20]) for i in range(0, 50, 20)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05)


def train_step(x, y):
    chunks = list(zip(x.split(8), y.split(8)))
    optimizer.zero_grad()
    total = 0.0
    for xs, ys in chunks:
        loss = F.mse_loss(module(xs), ys) / len(chunks)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "The means of micro-batches of unequal size are averaged with equal weight, so that the samples of the smaller one count more."
STAGE = ("reduction", "gradients")
CAUSE = "mean_of_means"
