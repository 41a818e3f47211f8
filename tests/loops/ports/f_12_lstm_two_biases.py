"""Ports of LSTMs that keep nn.LSTM as it is."""

import keras
import torch
from keras import layers
from loops.port_data import net, series
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = series(12)
reference = net((5, 3), [layers.LSTM(4), layers.Dense(1)], keras.optimizers.SGD(0.1), "mse", 12)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, batch_first=True)
        self.head = nn.Linear(4, 1)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.head(out[:, -1])


module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), nn.MSELoss())

EXPECTED = "nn.LSTM has two biases that both get the full gradient, so that their sum moves twice as fast as Keras's single bias."
STAGE = ("update", "gradients")
CAUSE = "two_biases"
