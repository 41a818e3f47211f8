"""The most frequent beginner's mistake with PyTorch."""

import keras
import torch
from keras import layers
from loops.port_data import binary, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = binary(11)
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(1)],
    keras.optimizers.SGD(0.1),
    keras.losses.BinaryCrossentropy(from_logits=True),
    11,
)
module = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
criterion = nn.BCEWithLogitsLoss()


def train_step(x, y):
    loss = criterion(module(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)

EXPECTED = "optimizer.zero_grad() is missing, so the gradients of earlier batches are added up."
STAGE = ("state",)
CAUSE = "gradients_accumulated"
