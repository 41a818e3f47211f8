"""OpenCV code reads BGR, and flips once too often."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import images, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = images(21)
reference = net(
    (6, 6, 3),
    [layers.Conv2D(4, 3, activation="relu"), layers.Flatten(), layers.Dense(3)],
    keras.optimizers.SGD(0.05),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    21,
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.fc = nn.Linear(64, 3)

    def forward(self, x):
        x = x[:, [2, 1, 0]]
        return self.fc(torch.flatten(F.relu(self.conv(x)), 1))


module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.CrossEntropyLoss())

EXPECTED = "The channels are reversed (BGR instead of RGB) before the first convolution."
STAGE = ("outputs", "data")
CAUSE = "channels_reversed"
