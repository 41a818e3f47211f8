"""PyTorch autoencoder: binary cross-entropy summed and divided by the batch size."""

import keras
import torch
import torch.nn.functional as F
from loops.practice_data import cut, images, mlp
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, _ = images(131, side=4)
x = (x / 255).reshape(len(x), 16)
batches = cut(8, x, x)


def reconstruction(y_true, y_pred):
    return 16 * keras.losses.binary_crossentropy(y_true, y_pred)


reference = mlp(131, 16, 16, "sigmoid", hidden=4)
reference.compile(keras.optimizers.SGD(0.01), reconstruction)
module = nn.Sequential(nn.Linear(16, 4), nn.Tanh(), nn.Linear(4, 16), nn.Sigmoid())
optimizer = torch.optim.SGD(module.parameters(), lr=0.01)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.binary_cross_entropy(module(x), y, reduction="sum") / x.size(0)
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)

EXPECTED = "equal"
