"""LambdaLR with a factor for a polynomial decay per step."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, schedules, sparse_ce, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(kind="cls", out=3)
reference = build(
    (4,),
    L.Dense(5, "relu"),
    L.Dense(3),
    opt=keras.optimizers.SGD(schedules.PolynomialDecay(0.2, 50, 0.02, power=2.0)),
    loss=sparse_ce(),
)
net = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))
optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
scheduler = torch.optim.lr_scheduler.LambdaLR(
    optimizer, lambda k: 0.9 * (1 - min(k, 50) / 50) ** 2 + 0.1
)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(net(x), y.long())
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss.detach()


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "equal"
