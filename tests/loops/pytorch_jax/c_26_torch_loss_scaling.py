"""Mixed-precision habits in float32: the loss is scaled, the gradients are unscaled."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1920)
keras.utils.set_random_seed(1920)
torch.manual_seed(1920)

x = rng.normal(size=(46, 5)).astype("float32")
y = (x[:, :1] + x[:, 1:2] + 0.3 * rng.normal(size=(46, 1)) > 0).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1, momentum=0.9), keras.losses.BinaryCrossentropy(from_logits=True)
)
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9)
criterion = nn.BCEWithLogitsLoss()
SCALE = 1024.0


def train_step(x, y):
    optimizer.zero_grad()
    loss = criterion(module(x), y)
    (loss * SCALE).backward()
    for p in module.parameters():
        p.grad.div_(SCALE)
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "equal"
