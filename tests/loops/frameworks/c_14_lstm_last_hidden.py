"""An LSTM read out from h_n, time first, with its own forward over a transposed batch."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, sequences
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = sequences(kind="bin")
reference = build(
    (5, 3),
    L.LSTM(4),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.2),
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4)
        self.fc = nn.Linear(4, 1)
        nn.init.zeros_(self.lstm.bias_hh_l0)
        self.lstm.bias_hh_l0.requires_grad_(False)

    def forward(self, x):
        _, (h, _) = self.lstm(x.transpose(0, 1))
        return self.fc(h[-1])


net = Net()
optimizer = torch.optim.SGD((p for p in net.parameters() if p.requires_grad), lr=0.2)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.binary_cross_entropy_with_logits(net(x), y)
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "equal"
