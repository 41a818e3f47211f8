"""clip_grad_norm_ between backward and step, for global_clipnorm."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(0.05, global_clipnorm=0.3), "mse"
)
batches = regression(110)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05)


def train_step(x, y):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(module(x), y)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(module.parameters(), max_norm=0.3)
    optimizer.step()
    return loss.detach()


loop = TorchLoop(module, train_step=train_step)
