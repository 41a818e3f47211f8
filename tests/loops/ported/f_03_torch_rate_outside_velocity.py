"""SGD with momentum under an ExponentialLR scheduler; PyTorch keeps the rate out of the velocity, Keras inside."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(3)
x = rng.normal(size=(50, 4)).astype("float32")
y = np.sin(x[:, :2]).astype("float32")
batches = batched(11, x, y)

keras.utils.set_random_seed(3)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(9, activation="relu"), keras.layers.Dense(2)]
)
rate = keras.optimizers.schedules.ExponentialDecay(0.05, decay_steps=1, decay_rate=0.7)
reference.compile(keras.optimizers.SGD(rate, momentum=0.9), "mse")

torch.manual_seed(3)
net = nn.Sequential(nn.Linear(4, 9), nn.ReLU(), nn.Linear(9, 2))
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.7)
criterion = nn.MSELoss()


def train_step(inputs, targets):
    optimizer.zero_grad()
    loss = criterion(net(inputs), targets)
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss


loop = TorchLoop(net, train_step=train_step)
EXPECTED = (
    "The velocity holds gradients without the learning rate (PyTorch's SGD), so a changed rate rescales the whole velocity; "
    "Keras multiplies each gradient by the rate before it enters the velocity."
)
STAGE = ("state", "update")
CAUSE = "velocity_rate"
