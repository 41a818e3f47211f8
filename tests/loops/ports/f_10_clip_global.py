"""Ports of clipnorm=... to clip_grad_norm_."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(10, k=2)
reference = net(
    (4,),
    [layers.Dense(6, "tanh"), layers.Dense(2)],
    keras.optimizers.SGD(0.1, clipnorm=0.2),
    "mse",
    10,
)
module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 2))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    nn.utils.clip_grad_norm_(module.parameters(), 0.2)
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)

EXPECTED = "clip_grad_norm_ clips the norm of all gradients together, while Keras's clipnorm clips each variable's."
STAGE = ("update",)
CAUSE = "clipping_kind"
