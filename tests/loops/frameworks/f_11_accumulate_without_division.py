"""Gradient accumulation over two batches in which the loss is not divided by their number."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(n=54)
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.05, gradient_accumulation_steps=2),
    loss="mse",
)
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))


class Accumulating:
    def __init__(self, optimizer, every):
        self.optimizer, self.every, self.calls = optimizer, every, 0

    def step(self):
        self.calls += 1
        if self.calls % self.every == 0:
            self.optimizer.step()
            self.optimizer.zero_grad()


optimizer = Accumulating(torch.optim.SGD(net.parameters(), lr=0.05), every=2)


def train_step(x, y):
    loss = F.mse_loss(net(x), y)
    loss.backward()
    optimizer.step()
    return loss.detach()


loop = TorchLoop(net, train_step=train_step)
EXPECTED = "the accumulated gradients are summed over the two batches instead of averaged, so the update is twice as large"
STAGE = ("update", "state")
CAUSE = "accumulation_summed"
