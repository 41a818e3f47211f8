"""clip_grad_norm_ is Keras's global_clipnorm."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = [(x, 20 * y) for x, y in reg(110)]
reference = net(
    (4,),
    [layers.Dense(6, "tanh"), layers.Dense(1)],
    keras.optimizers.SGD(0.05, momentum=0.9, global_clipnorm=2.0),
    "mse",
    110,
)
module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    nn.utils.clip_grad_norm_(module.parameters(), 2.0)
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)

EXPECTED = "equal"
