"""Port of a Keras classifier to PyTorch: the softmax layer of the original stays, the loss is CrossEntropyLoss (a classic of the forum)."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(1)
x = rng.normal(size=(44, 6)).astype("float32")
y = rng.integers(0, 4, size=44)
batches = batched(12, x, y)

keras.utils.set_random_seed(1)
reference = keras.Sequential(
    [
        keras.Input((6,)),
        keras.layers.Dense(10, activation="relu"),
        keras.layers.Dense(4, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(6, 10)
        self.fc2 = nn.Linear(10, 4)

    def forward(self, x):
        x = torch.relu(self.fc1(x))
        return torch.softmax(self.fc2(x), dim=1)


torch.manual_seed(1)
model = Classifier()
loop = TorchLoop(model, torch.optim.SGD(model.parameters(), lr=0.1), nn.CrossEntropyLoss())
EXPECTED = "CrossEntropyLoss applies log-softmax itself, so the module's softmax outputs go through softmax twice; it wants logits."
STAGE = ("loss",)
CAUSE = "softmax_twice"
