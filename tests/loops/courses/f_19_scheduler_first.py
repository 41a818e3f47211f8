"""An old loop: scheduler.step() before optimizer.step()."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import mlp, regression

module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 2))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
criterion = torch.nn.MSELoss()


def train_step(x, y):
    scheduler.step()
    optimizer.zero_grad()
    loss = criterion(module(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)
reference = mlp([4, 6, 2], "relu")
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.8)), "mse"
)
batches = regression(18, k=2)

EXPECTED = "scheduler.step() is called before optimizer.step(), so the schedule is one step ahead and its first rate is never used."
STAGE = ("update", "state")
CAUSE = "schedule_offset"
