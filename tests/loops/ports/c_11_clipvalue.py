"""clip_grad_value_ is Keras's clipvalue."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import net, series
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = series(111)
reference = net(
    (5, 3), [layers.GRU(4), layers.Dense(1)], keras.optimizers.SGD(0.2, clipvalue=0.05), "mse", 111
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 4, batch_first=True)
        self.head = nn.Linear(4, 1)

    def forward(self, x):
        _, h = self.gru(x)
        return self.head(h[0])


module = Net()
optimizer = torch.optim.SGD(module.parameters(), lr=0.2)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    nn.utils.clip_grad_value_(module.parameters(), 0.05)
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)

EXPECTED = "equal"
