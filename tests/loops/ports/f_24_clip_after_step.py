"""Lines in the wrong order."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import net, series
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = series(24)
reference = net(
    (5, 3),
    [layers.GRU(4), layers.Dense(1)],
    keras.optimizers.SGD(0.1, global_clipnorm=0.1),
    "mse",
    24,
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 4, batch_first=True)
        self.head = nn.Linear(4, 1)

    def forward(self, x):
        return self.head(self.gru(x)[0][:, -1])


module = Net()
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    optimizer.step()
    nn.utils.clip_grad_norm_(module.parameters(), 0.1)
    return loss.item()


loop = TorchLoop(module, train_step=train_step)

EXPECTED = (
    "The gradients are clipped after optimizer.step(), so the clipping has no effect on the update."
)
STAGE = ("update",)
CAUSE = "clipping_missing"
