"""nn.GRU and Keras's GRU with reset_after are the same cell."""

import keras
import torch
from keras import layers
from loops.port_data import net, series
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = series(115, k=2)
reference = net(
    (5, 3),
    [layers.GRU(5), layers.Dense(2)],
    keras.optimizers.SGD(0.1, momentum=0.5),
    keras.losses.Huber(),
    115,
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 5, batch_first=True)
        self.head = nn.Linear(5, 2)

    def forward(self, x):
        return self.head(self.gru(x)[0][:, -1])


module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.5), nn.HuberLoss())

EXPECTED = "equal"
