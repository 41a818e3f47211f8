"""A batch cut into micro batches of unequal size, each loss weighted by its share before backward()."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, sparse_ce, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(n=34, kind="cls", out=3)
reference = build(
    (4,),
    L.Dense(6, "relu"),
    L.Dense(3),
    opt=keras.optimizers.SGD(0.1, momentum=0.9),
    loss=sparse_ce(),
)
net = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)


def micro_batches(x, y, size=4):
    yield from zip(x.split(size), y.split(size))


def train_step(x, y):
    optimizer.zero_grad()
    total = 0.0
    for xi, yi in micro_batches(x, y.long()):
        loss = F.cross_entropy(net(xi), yi) * len(xi) / len(x)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "equal"
