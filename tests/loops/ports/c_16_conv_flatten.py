"""A small convolutional classifier, with logits and CrossEntropyLoss."""

import keras
import torch
from keras import layers
from loops.port_data import images, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = images(116)
reference = net(
    (6, 6, 3),
    [
        layers.Conv2D(4, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(3),
    ],
    keras.optimizers.SGD(0.05),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    116,
)
module = nn.Sequential(
    nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 3)
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.CrossEntropyLoss())

EXPECTED = "equal"
