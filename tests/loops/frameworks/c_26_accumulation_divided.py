"""Gradient accumulation over two batches with the loss divided by their number, as Keras's gradient_accumulation_steps."""

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

    def backward(self, loss):
        (loss / self.every).backward()
        self.calls += 1
        if self.calls % self.every == 0:
            self.optimizer.step()
            self.optimizer.zero_grad()


accumulate = Accumulating(torch.optim.SGD(net.parameters(), lr=0.05), every=2)


def train_step(x, y):
    loss = F.mse_loss(net(x), y)
    accumulate.backward(loss)
    return loss.detach()


loop = TorchLoop(net, train_step=train_step)
EXPECTED = "equal"
