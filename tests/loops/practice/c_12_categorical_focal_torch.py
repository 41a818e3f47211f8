"""Categorical focal loss in PyTorch from the cross-entropy: (1 - exp(-ce))**gamma * ce."""

import keras
import torch
import torch.nn.functional as F
from loops.practice_data import cut, labelled, mlp, onehot
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = labelled(112)
batches = cut(10, x, onehot(y, 3))
reference = mlp(112, 4, 3, "softmax")
reference.compile(
    keras.optimizers.SGD(0.2), keras.losses.CategoricalFocalCrossentropy(alpha=0.25, gamma=2.0)
)
module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
optimizer = torch.optim.SGD(module.parameters(), lr=0.2)


def train_step(x, y):
    optimizer.zero_grad(set_to_none=True)
    ce = F.cross_entropy(module(x), y.argmax(1), reduction="none")
    loss = (0.25 * (1 - torch.exp(-ce)) ** 2 * ce).mean()
    loss.backward()
    optimizer.step()
    return loss.detach()


loop = TorchLoop(module, optimizer, train_step=train_step)

EXPECTED = "equal"
