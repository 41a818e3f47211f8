"""SGD with momentum under a schedule: in PyTorch the learning rate is outside the buffer."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(3000)
keras.utils.set_random_seed(3000)
torch.manual_seed(3000)

x = rng.normal(size=(58, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(58, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 58, 12)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5), momentum=0.9),
    "mse",
)
module = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "The velocity holds gradients and is multiplied by the current learning rate; Keras's velocity holds steps, each with the learning rate of its own time."
STAGE = ("state",)
CAUSE = "velocity_rate"
