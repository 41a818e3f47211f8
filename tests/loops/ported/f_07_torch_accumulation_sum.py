"""Gradient accumulation over 2 micro-batches without dividing the loss by 2."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(7)
x = rng.normal(size=(45, 4)).astype("float32")
y = rng.normal(size=(45, 2)).astype("float32")
batches = batched(8, x, y)

keras.utils.set_random_seed(7)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="sigmoid"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.SGD(0.1, gradient_accumulation_steps=2), "mse")

torch.manual_seed(7)
model = nn.Sequential(nn.Linear(4, 6), nn.Sigmoid(), nn.Linear(6, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
criterion = nn.MSELoss()
accum_steps = 2
count = 0


def train_step(inputs, labels):
    global count
    loss = criterion(model(inputs), labels)
    loss.backward()
    count += 1
    if count % accum_steps == 0:
        optimizer.step()
        optimizer.zero_grad()
    return loss.item()


loop = TorchLoop(model, train_step=train_step)
EXPECTED = "The accumulated gradients are summed, not averaged: the loss isn't divided by the two accumulation steps."
STAGE = ("state", "update")
CAUSE = "accumulation_summed"
