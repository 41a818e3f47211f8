"""Accumulation snippets from fine-tuning scripts."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import labels, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = labels(28, n=60, size=14)
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    28,
)
module = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 3))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
count = 0


def train_step(x, y):
    global count
    loss = F.cross_entropy(module(x), y)
    (loss / 2).backward()
    count += 1
    if count % 2 == 0:
        optimizer.step()
        optimizer.zero_grad()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)

EXPECTED = "optimizer.step() runs only at every second batch (gradient accumulation), while fit updates after each."
STAGE = ("update", "state")
CAUSE = "accumulation_added"
