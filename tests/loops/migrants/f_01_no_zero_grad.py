"""A first PyTorch loop from a notebook: forward, backward, step."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "optimizer.zero_grad() is missing, so gradients of earlier batches are added to the present ones"
STAGE = ("gradients", "state")
D = keras.layers.Dense
reference = keras_model([(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(0.05), "mse")
batches = regression(1)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05)
criterion = torch.nn.MSELoss()


def train_step(x, y):
    loss = criterion(module(x), y)
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
CAUSE = "gradients_accumulated"
