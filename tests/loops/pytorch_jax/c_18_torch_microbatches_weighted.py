"""Micro-batches, each weighted with its share of the batch."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2851)
keras.utils.set_random_seed(2851)
torch.manual_seed(2851)

x = rng.normal(size=(56, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3))).argmax(1)
batches = [(x[i : i + 20], y[i : i + 20]) for i in range(0, 56, 20)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1, momentum=0.9),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9)
criterion = nn.CrossEntropyLoss()


def train_step(x, y):
    optimizer.zero_grad()
    total = 0.0
    for xs, ys in zip(x.split(8), y.split(8)):
        loss = criterion(module(xs), ys) * (len(xs) / len(x))
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "equal"
