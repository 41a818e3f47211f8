"""The mixed precision recipe with GradScaler in its right order: scale, backward, unscale_, clip, step, update."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.1, global_clipnorm=0.5),
    loss="mse",
)
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
scaler = torch.amp.GradScaler("cpu", init_scale=2.0**8)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(net(x), y)
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    scaler.step(optimizer)
    scaler.update()
    return loss.detach()


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "equal"
