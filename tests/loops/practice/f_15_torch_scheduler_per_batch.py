"""PyTorch: scheduler.step() inside the loop over batches instead of after each epoch."""

import keras
import torch
import torch.nn.functional as F
from loops.practice_data import cut, mlp, windows
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = windows(15)
batches = cut(7, x[..., 0], y)
reference = mlp(17, 6, 1)
reference.compile(
    keras.optimizers.SGD(
        keras.optimizers.schedules.ExponentialDecay(0.1, len(batches), 0.5, staircase=True)
    ),
    "mse",
)
module = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "The learning rate is halved after every batch instead of after every epoch (scheduler.step() per batch)."
STAGE = ("state", "update")
CAUSE = "schedule_pace"
