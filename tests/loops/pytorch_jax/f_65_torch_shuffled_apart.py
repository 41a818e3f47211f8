"""x is shuffled with one permutation, y with another."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2119)
keras.utils.set_random_seed(2119)
torch.manual_seed(2119)

x = rng.normal(size=(50, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)


def train_step(x, y):
    x = x[torch.randperm(len(x))]
    y = y[torch.randperm(len(y))]
    optimizer.zero_grad()
    loss = F.cross_entropy(module(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = (
    "x and y are shuffled with different permutations, so that samples and targets no longer match."
)
STAGE = ("data", "loss")
CAUSE = "shuffled_apart"
