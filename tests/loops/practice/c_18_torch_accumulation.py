"""PyTorch gradient accumulation: loss / 2 goes backward, a step every second batch."""

import keras
import torch
import torch.nn.functional as F
from loops.practice_data import cut, labelled, mlp
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = labelled(118, n=38)
batches = cut(10, x, y)
reference = mlp(118, 4, 3)
reference.compile(
    keras.optimizers.SGD(0.1, gradient_accumulation_steps=2),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
steps, i = 2, 0


def train_step(x, y):
    global i
    loss = F.cross_entropy(module(x), y.long())
    (loss / steps).backward()
    i += 1
    if i % steps == 0:
        optimizer.step()
        optimizer.zero_grad()
    return loss


loop = TorchLoop(module, optimizer, train_step=train_step)

EXPECTED = "equal"
