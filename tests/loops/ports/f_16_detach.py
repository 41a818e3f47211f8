"""Left over from an experiment with a frozen encoder."""

import keras
import torch
from keras import layers
from loops.port_data import labels, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = labels(16)
reference = net(
    (5,),
    [layers.Dense(6, "tanh"), layers.Dense(5, "tanh"), layers.Dense(3)],
    keras.optimizers.SGD(0.1, momentum=0.9),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    16,
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 5), nn.Tanh())
        self.head = nn.Linear(5, 3)

    def forward(self, x):
        features = self.encoder(x).detach()
        return self.head(features)


module = Net()
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9), nn.CrossEntropyLoss()
)

EXPECTED = "detach() between the two parts cuts the graph, so the first layers get no gradient."
STAGE = ("gradients",)
CAUSE = "frozen_variable"
