"""A scheduler that rightly steps after each batch, as decay_steps=1 asks."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(122, n=64)
schedule = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=1, decay_rate=0.7)
reference = net(
    (4,), [layers.Dense(6, "tanh"), layers.Dense(1)], keras.optimizers.SGD(schedule), "mse", 122
)
module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.7)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)

EXPECTED = "equal"
