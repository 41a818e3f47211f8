"""scheduler.step() before optimizer.step(), as before PyTorch 1.1."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2245)
keras.utils.set_random_seed(2245)
torch.manual_seed(2245)

x = rng.normal(size=(52, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(52, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 52, 12)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.7)), "mse"
)
module = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.7)


def train_step(x, y):
    scheduler.step()
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "The scheduler steps before the optimizer: the first value of the schedule is skipped, each step uses the next one's learning rate."
STAGE = ("update",)
CAUSE = "schedule_offset"
