"""kernel_regularizer as a sum of squares in the loss."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(129)
reference = net(
    (4,),
    [
        layers.Dense(6, "tanh", kernel_regularizer=keras.regularizers.L2(0.02)),
        layers.Dense(1, kernel_regularizer=keras.regularizers.L1(0.01)),
    ],
    keras.optimizers.SGD(0.1),
    "mse",
    129,
)
module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss = loss + 0.02 * module[0].weight.pow(2).sum() + 0.01 * module[2].weight.abs().sum()
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)

EXPECTED = "equal"
