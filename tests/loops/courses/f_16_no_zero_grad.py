"""The forum's most frequent PyTorch mistake."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import mlp, regression

module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.Tanh(), torch.nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05)
criterion = torch.nn.MSELoss()


def train_step(x, y):
    output = module(x)
    loss = criterion(output, y)
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
reference = mlp([4, 6, 1])
reference.compile(keras.optimizers.SGD(0.05), "mse")
batches = regression(15)

EXPECTED = "optimizer.zero_grad() is never called, so gradients of all earlier batches add up."
STAGE = ("gradients", "state")
CAUSE = "gradients_accumulated"
