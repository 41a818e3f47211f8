"""Ports of strided convolutions (MobileNet, DCGAN)."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import images, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = images(22, side=8, c=2)
reference = net(
    (8, 8, 2),
    [
        layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(3),
    ],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    22,
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, stride=2, padding=1)
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        return self.fc(F.relu(self.conv(x)).mean((2, 3)))


module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), nn.CrossEntropyLoss())

EXPECTED = 'padding=1 with stride 2 pads at both sides, while Keras\'s "same" pads only at the bottom and right here.'
STAGE = ("outputs",)
CAUSE = "padding_place"
