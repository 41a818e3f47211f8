"""An LSTM whose second bias is zero and frozen."""

import keras
import torch
from keras import layers
from loops.port_data import net, series
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = series(114)
reference = net((5, 3), [layers.LSTM(4), layers.Dense(1)], keras.optimizers.SGD(0.1), "mse", 114)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, batch_first=True)
        nn.init.zeros_(self.lstm.bias_hh_l0)
        self.lstm.bias_hh_l0.requires_grad_(False)
        self.head = nn.Linear(4, 1)

    def forward(self, x):
        out, (h, c) = self.lstm(x)
        return self.head(h[-1])


module = Net()
loop = TorchLoop(
    module,
    torch.optim.SGD([p for p in module.parameters() if p.requires_grad], lr=0.1),
    nn.MSELoss(),
)

EXPECTED = "equal"
