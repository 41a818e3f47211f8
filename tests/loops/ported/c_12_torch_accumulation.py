"""Gradient accumulation over 2 micro-batches, the loss divided by 2, label smoothing in CrossEntropyLoss."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(112)
x = rng.normal(size=(48, 5)).astype("float32")
y = np.eye(3, dtype="float32")[rng.integers(0, 3, size=48)]
batches = batched(10, x, y)

keras.utils.set_random_seed(112)
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)]
)
reference.compile(
    keras.optimizers.SGD(0.2, gradient_accumulation_steps=2),
    keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
)

torch.manual_seed(112)
model = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
micro_step = 0


def train_step(inputs, targets):
    global micro_step
    loss = criterion(model(inputs), targets)
    (loss / 2).backward()
    micro_step += 1
    if micro_step % 2 == 0:
        optimizer.step()
        optimizer.zero_grad()
    return loss.detach()


loop = TorchLoop(model, train_step=train_step)
EXPECTED = "equal"
