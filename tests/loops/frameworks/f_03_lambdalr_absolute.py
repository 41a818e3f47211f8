"""LambdaLR given a function that returns the rate itself, not the factor (a common question about LambdaLR)."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, schedules, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(1),
    opt=keras.optimizers.SGD(schedules.ExponentialDecay(0.2, 10, 0.5)),
    loss="mse",
)


def exponential(step, start=0.2, decay_steps=10, decay_rate=0.5):
    return start * decay_rate ** (step / decay_steps)


net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lr_lambda=exponential)


def train_step(x, y):
    loss = F.mse_loss(net(x), y)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss.detach()


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "the lambda of LambdaLR returns the absolute learning rate, which is multiplied with the optimizer's rate: every step is 0.2 times as long as it should be"
STAGE = ("update",)
CAUSE = "learning_rate"
