"""ExponentialLR stepped after each batch, gradients clipped by value."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(111)
x = (2 * rng.normal(size=(52, 4))).astype("float32")
y = (3 * rng.normal(size=(52, 1))).astype("float32")
batches = batched(10, x, y)

keras.utils.set_random_seed(111)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(1)]
)
schedule = keras.optimizers.schedules.ExponentialDecay(0.05, 1, 0.8)
reference.compile(keras.optimizers.SGD(schedule, clipvalue=0.5), "mse")

torch.manual_seed(111)
model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)


def train_step(xb, yb):
    optimizer.zero_grad()
    loss = ((model(xb) - yb) ** 2).mean()
    loss.backward()
    torch.nn.utils.clip_grad_value_(model.parameters(), 0.5)
    optimizer.step()
    scheduler.step()
    return float(loss)


loop = TorchLoop(model, train_step=train_step)
EXPECTED = "equal"
