"""A trainer that keeps an EMA copy of the model for evaluation, and trains the model itself."""

import copy

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model([(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(0.05, momentum=0.5), "mse")
batches = regression(122)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
ema = copy.deepcopy(module).requires_grad_(False)
optimizer = torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.5)


@torch.no_grad()
def update_ema(decay=0.9):
    for e, p in zip(ema.parameters(), module.parameters()):
        e.mul_(decay).add_(p, alpha=1 - decay)


def train_step(x, y):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(module(x), y)
    loss.backward()
    optimizer.step()
    update_ema()
    return loss


loop = TorchLoop(module, train_step=train_step)
