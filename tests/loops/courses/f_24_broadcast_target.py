"""Targets of shape (n,) against outputs of shape (n, 1): the warning of MSELoss that nobody reads."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import mlp, regression

model = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)


def train_step(x, y):
    y = y.squeeze(-1)
    optimizer.zero_grad()
    loss = torch.mean((model(x) - y) ** 2)
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(model, train_step=train_step)
reference = mlp([4, 6, 1], "relu")
reference.compile(keras.optimizers.SGD(0.05), "mse")
batches = regression(23)

EXPECTED = "The target of shape (n,) broadcasts against the output of shape (n, 1) to (n, n), so every output is compared with every target."
STAGE = ("loss", "reduction")
CAUSE = "broadcast"
