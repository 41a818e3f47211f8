"""An LSTM ported to nn.LSTM and trained with SGD: both of its biases (ih and hh) take the step."""

import keras
import torch
from loops.framework_data import L, build, sequences
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = sequences()
reference = build((5, 3), L.LSTM(4), L.Dense(1), opt=keras.optimizers.SGD(0.2), loss="mse")


class Forecaster(nn.Module):
    def __init__(self, features, units):
        super().__init__()
        self.rnn = nn.LSTM(features, units, batch_first=True)
        self.out = nn.Linear(units, 1)

    def forward(self, x):
        hidden, _ = self.rnn(x)
        return self.out(hidden[:, -1, :])


net = Forecaster(3, 4)
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.2), nn.MSELoss())
EXPECTED = "nn.LSTM has two biases that are added and each takes the full step, so the LSTM's bias moves twice as far as Keras's single bias"
STAGE = ("update", "gradients")
CAUSE = "two_biases"
