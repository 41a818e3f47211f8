"""Transfer-learning snippets reused for training from scratch."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(17)
reference = net(
    (4,), [layers.Dense(6, "tanh"), layers.Dense(1)], keras.optimizers.SGD(0.05), "mae", 17
)
module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(module[2].parameters(), lr=0.05)


def train_step(x, y):
    module.zero_grad()
    loss = F.l1_loss(module(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)

EXPECTED = (
    "The optimizer was given the parameters of the head only, so the first layer is never trained."
)
STAGE = ("update", "gradients")
CAUSE = "frozen_variable"
