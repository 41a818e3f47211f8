"""A data set class written for classification and reused."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(27)
reference = net(
    (4,),
    [layers.Dense(6, "tanh"), layers.Dense(1)],
    keras.optimizers.SGD(0.05, momentum=0.8),
    "mse",
    27,
)
module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.8)


def train_step(x, y):
    y = y.long()
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y.float())
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)

EXPECTED = (
    "The targets of a regression were cast to integers (y.long()), which cuts off their fraction."
)
STAGE = ("loss", "data")
CAUSE = "targets_rounded"
