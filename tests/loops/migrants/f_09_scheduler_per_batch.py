"""A StepLR meant for epochs that is stepped within the loop over batches."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "scheduler.step() is called after every batch instead of once per epoch of 4 batches, so the learning rate decays four times too fast"
STAGE = ("state", "update")
D = keras.layers.Dense
rate = keras.optimizers.schedules.ExponentialDecay(
    0.1, decay_steps=4, decay_rate=0.5, staircase=True
)
reference = keras_model([(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(rate), "mse")
batches = regression(9)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)


def train_step(x, y):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(module(x), y)
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
CAUSE = "schedule_pace"
