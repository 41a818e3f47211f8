"""Small convolutional network in PyTorch, images channels first, flattened for the classifier."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(109)
x = rng.normal(size=(22, 6, 6, 2)).astype("float32")
y = rng.integers(0, 3, size=22)
batches = batched(6, x, y)

keras.utils.set_random_seed(109)
reference = keras.Sequential(
    [
        keras.Input((6, 6, 2)),
        keras.layers.Conv2D(4, 3, activation="relu"),
        keras.layers.MaxPooling2D(2),
        keras.layers.Flatten(),
        keras.layers.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.05, momentum=0.8),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)


class ConvNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, kernel_size=3)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(4 * 2 * 2, 3)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv(x)))
        return self.fc(torch.flatten(x, 1))


torch.manual_seed(109)
model = ConvNet()
loop = TorchLoop(
    model, torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.8), nn.CrossEntropyLoss()
)
EXPECTED = "equal"
