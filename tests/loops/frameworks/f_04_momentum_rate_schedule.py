"""A port of SGD with momentum and a decaying rate: PyTorch's buffer holds gradients, Keras's velocity holds steps."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, schedules, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(n=44)
rate = schedules.ExponentialDecay(0.05, 1, 0.6)
reference = build(
    (4,), L.Dense(6, "tanh"), L.Dense(1), opt=keras.optimizers.SGD(rate, momentum=0.9), loss="mse"
)
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.6)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(net(x), y)
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "the momentum buffer collects raw gradients and is multiplied with the current learning rate, while Keras's velocity keeps each gradient times the rate of its own step; under a decaying rate they differ"
STAGE = ("state",)
CAUSE = "velocity_rate"
