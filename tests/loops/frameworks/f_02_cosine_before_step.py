"""Code from before PyTorch 1.1: the scheduler is stepped before the optimizer."""

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
    opt=keras.optimizers.SGD(schedules.CosineDecay(0.1, 24)),
    loss=sparse_ce(),
)
net = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=24)


def train_step(x, y):
    scheduler.step()
    optimizer.zero_grad()
    loss = F.cross_entropy(net(x), y.long())
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "scheduler.step() comes before optimizer.step(), so that the schedule is one step ahead and its first rate is skipped"
STAGE = ("update",)
CAUSE = "schedule_offset"
