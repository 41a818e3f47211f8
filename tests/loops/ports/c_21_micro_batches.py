"""A batch in micro-batches of 5, each weighted by its share, and one step."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(121)
reference = net(
    (4,),
    [layers.Dense(6, "tanh"), layers.Dense(1)],
    keras.optimizers.SGD(0.1, momentum=0.9),
    "mse",
    121,
)
module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9)


def train_step(x, y):
    optimizer.zero_grad()
    total = 0.0
    for a, b in zip(x.split(5), y.split(5)):
        loss = F.mse_loss(module(a), b) * len(a) / len(x)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


loop = TorchLoop(module, train_step=train_step)

EXPECTED = "equal"
