"""scheduler.step() before optimizer.step(): the order that PyTorch warns of since 1.1."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import warnings

import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

warnings.filterwarnings("ignore", message="Detected call of")
rng = np.random.default_rng(17)
x = rng.normal(size=(48, 6)).astype("float32")
y = rng.integers(0, 2, size=(48, 1)).astype("float32")
batches = batched(10, x, y)

keras.utils.set_random_seed(17)
reference = keras.Sequential(
    [keras.Input((6,)), keras.layers.Dense(5, activation="relu"), keras.layers.Dense(1)]
)
schedule = keras.optimizers.schedules.ExponentialDecay(0.2, decay_steps=1, decay_rate=0.9)
reference.compile(keras.optimizers.SGD(schedule), keras.losses.BinaryCrossentropy(from_logits=True))

torch.manual_seed(17)
model = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.9**step)
criterion = nn.BCEWithLogitsLoss()


def train_step(inputs, targets):
    loss = criterion(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    scheduler.step()
    optimizer.step()
    return loss.item()


loop = TorchLoop(model, train_step=train_step)
EXPECTED = "The scheduler steps before the optimizer, so the schedule runs one step ahead and the first learning rate is skipped."
STAGE = ("update",)
CAUSE = "schedule_offset"
