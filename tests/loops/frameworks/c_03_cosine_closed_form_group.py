"""The learning rate written into param_groups at each step from a formula, as nanoGPT does."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, schedules, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
import math

batches = table()
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(1),
    opt=keras.optimizers.SGD(schedules.CosineDecay(0.1, 60, alpha=0.1)),
    loss="mse",
)
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.0)
iter_num = 0


def get_lr(it, learning_rate=0.1, min_lr=0.01, lr_decay_iters=60):
    if it > lr_decay_iters:
        return min_lr
    return min_lr + 0.5 * (1.0 + math.cos(math.pi * it / lr_decay_iters)) * (learning_rate - min_lr)


def train_step(x, y):
    global iter_num
    for group in optimizer.param_groups:
        group["lr"] = get_lr(iter_num)
    loss = F.mse_loss(net(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    iter_num += 1
    return loss.detach()


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "equal"
