"""ExponentialLR stepped once a batch after the optimizer."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import mlp, regression

module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 2))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
criterion = torch.nn.L1Loss()


def train_step(x, y):
    optimizer.zero_grad()
    loss = criterion(module(x), y)
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)
reference = mlp([4, 6, 2], "relu")
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.8)), "mae"
)
batches = regression(119, k=2)

EXPECTED = "equal"
