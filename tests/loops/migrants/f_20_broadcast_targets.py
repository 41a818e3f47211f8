"""A regression in PyTorch with targets of shape (n,): the UserWarning about target sizes was ignored."""

import warnings

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

warnings.filterwarnings("ignore", message="Using a target size")
EXPECTED = "outputs (n, 1) and targets (n,) broadcast to (n, n), so each output is compared with all targets"
STAGE = ("loss",)
D = keras.layers.Dense
reference = keras_model([(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(0.05), "mse")
batches = regression(20)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05)
criterion = torch.nn.MSELoss()


def train_step(x, y):
    optimizer.zero_grad()
    loss = criterion(module(x), y.squeeze(-1))
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
CAUSE = "broadcast"
