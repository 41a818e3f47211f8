"""PyTorch loop for a tabular regression without zero_grad."""

import keras
import torch
from loops.practice_data import cut, mlp, tabular
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = tabular(38)
batches = cut(8, x, y)
reference = mlp(49, 4, 1, hidden_activation="relu")
reference.compile(keras.optimizers.SGD(0.05), "mae")
module = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05)
criterion = nn.L1Loss()


def train_step(x, y):
    output = module(x)
    loss = criterion(output, y)
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "optimizer.zero_grad() is missing, so the gradients of all former batches are added up."
STAGE = ("state", "update")
CAUSE = "gradients_accumulated"
