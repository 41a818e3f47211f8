"""The usual PyTorch loop with Adam for a binary classifier, zero_grad(set_to_none=True) after the step."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(103)
x = rng.normal(size=(39, 4)).astype("float32")
y = rng.integers(0, 2, size=(39, 1)).astype("float32")
batches = batched(10, x, y)

keras.utils.set_random_seed(103)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="silu"), keras.layers.Dense(1)]
)
reference.compile(
    keras.optimizers.Adam(0.01, beta_1=0.8, epsilon=1e-12),
    keras.losses.BinaryCrossentropy(from_logits=True),
)

torch.manual_seed(103)
model = nn.Sequential(nn.Linear(4, 6), nn.SiLU(), nn.Linear(6, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.8, 0.999), eps=1e-12)
criterion = nn.BCEWithLogitsLoss()


def train_step(inputs, targets):
    model.train()
    loss = criterion(model(inputs), targets)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


loop = TorchLoop(model, optimizer, criterion, train_step=train_step)
EXPECTED = "equal"
