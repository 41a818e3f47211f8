"""PyTorch autoencoder of the VAE example: binary cross-entropy with reduction='sum'."""

import keras
import torch
import torch.nn.functional as F
from loops.practice_data import cut, images, mlp
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, _ = images(31, side=4)
x = (x / 255).reshape(len(x), 16)
batches = cut(8, x, x)


def reconstruction(y_true, y_pred):
    return 16 * keras.losses.binary_crossentropy(y_true, y_pred)


reference = mlp(42, 16, 16, "sigmoid", hidden=4)
reference.compile(keras.optimizers.SGD(0.01), reconstruction)
module = nn.Sequential(nn.Linear(16, 4), nn.Tanh(), nn.Linear(4, 16), nn.Sigmoid())
optimizer = torch.optim.SGD(module.parameters(), lr=0.01)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.binary_cross_entropy(module(x), y, reduction="sum")
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "reduction='sum' sums over the batch as well as over the pixels; the loss is not divided by the number of samples."
STAGE = ("reduction",)
CAUSE = "loss_summed"
