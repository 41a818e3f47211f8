"""PyTorch loop with L1Loss and RMSprop, set to Keras's rho."""

import keras
import torch
from loops.practice_data import cut, mlp, tabular
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = tabular(138)
batches = cut(8, x, y)
reference = mlp(138, 4, 1, hidden_activation="relu")
reference.compile(keras.optimizers.RMSprop(0.005, epsilon=1e-12), "mae")
module = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 1))
optimizer = torch.optim.RMSprop(module.parameters(), lr=0.005, alpha=0.9, eps=1e-12)
criterion = nn.L1Loss()


def train_step(x, y):
    loss = criterion(module(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, optimizer, train_step=train_step)

EXPECTED = "equal"
