"""F.dropout in forward, a well-known trap."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import labels, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = labels(25)
reference = net(
    (5,),
    [layers.Dense(8, "relu"), layers.Dropout(0.4), layers.Dense(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    25,
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(5, 8)
        self.b = nn.Linear(8, 3)

    def forward(self, x):
        return self.b(F.dropout(F.relu(self.a(x)), 0.4))


module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), nn.CrossEntropyLoss())

EXPECTED = "F.dropout without training=self.training drops units in inference too."
STAGE = ("outputs",)
CAUSE = "dropout_mode"
