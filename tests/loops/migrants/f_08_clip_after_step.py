"""Gradient clipping added to an existing PyTorch loop at the wrong line."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "the gradients are clipped after optimizer.step(), so the clipping has no effect"
STAGE = ("update", "gradients")
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(0.05, global_clipnorm=0.3), "mse"
)
batches = regression(8)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05)
criterion = torch.nn.MSELoss()


def train_step(x, y):
    optimizer.zero_grad()
    loss = criterion(module(x), y)
    loss.backward()
    optimizer.step()
    torch.nn.utils.clip_grad_norm_(module.parameters(), 0.3)
    return loss


loop = TorchLoop(module, train_step=train_step)
CAUSE = "clipping_missing"
