"""loss.sum().backward() and gradients divided by the batch size in place afterwards."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(out=2)
reference = build(
    (4,), L.Dense(6, "tanh"), L.Dense(2), opt=keras.optimizers.Adadelta(0.5), loss="mse"
)
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 2))
optimizer = torch.optim.Adadelta(net.parameters(), lr=0.5, rho=0.95, eps=1e-7)


def train_step(x, y):
    losses = F.mse_loss(net(x), y, reduction="none").mean(1)
    losses.sum().backward()
    for p in net.parameters():
        p.grad.div_(len(x))
    optimizer.step()
    optimizer.zero_grad()
    return losses.mean().detach()


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "equal"
