"""clip_grad_norm_ over all parameters, where the Keras optimizer had clipnorm (each weight for itself)."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(14)
x = (3 * rng.normal(size=(30, 4))).astype("float32")
y = (5 * rng.normal(size=(30, 1))).astype("float32")
batches = batched(8, x, y)

keras.utils.set_random_seed(14)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.1, clipnorm=1.0), "mse")

torch.manual_seed(14)
model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
criterion = nn.MSELoss()


def train_step(inputs, targets):
    optimizer.zero_grad()
    loss = criterion(model(inputs), targets)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
    optimizer.step()
    return loss


loop = TorchLoop(model, optimizer, criterion, train_step=train_step)
EXPECTED = "The gradients are clipped by their global norm over all parameters, where the reference's clipnorm clips each weight's gradient by its own norm."
STAGE = ("update",)
CAUSE = "clipping_kind"
