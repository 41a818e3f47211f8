"""A schedule in steps whose scheduler is stepped once an epoch."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2642)
keras.utils.set_random_seed(2642)
torch.manual_seed(2642)


class Loop(TorchLoop):
    def train_epoch(self, batches):
        total = sum(self.train_step(x, y) * len(x) for x, y in batches)
        scheduler.step()
        return total / sum(len(x) for x, _ in batches)


x = rng.normal(size=(56, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(56, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 56, 12)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.8)), "mse"
)
module = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
loop = Loop(module, optimizer, nn.MSELoss())
EXPECTED = "The scheduler steps once an epoch, where Keras's schedule decays the learning rate with every batch."
STAGE = ("state",)
CAUSE = "schedule_frozen"
