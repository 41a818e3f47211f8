"""nn.GRU fed with (batch, time, features) without batch_first=True: it runs along the batch."""

import keras
import torch
from loops.framework_data import L, build, sequences
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = sequences()
reference = build((5, 3), L.GRU(4), L.Dense(1), opt=keras.optimizers.SGD(0.1), loss="mse")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(3, 4)
        self.fc = nn.Linear(4, 1)

    def forward(self, x):
        out, h = self.rnn(x)
        return self.fc(out[:, -1])


net = Net()
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.1), nn.MSELoss())
EXPECTED = "without batch_first=True the GRU takes the batch for the time axis, so states flow from sample to sample"
STAGE = ("outputs",)
CAUSE = "time_axis"
