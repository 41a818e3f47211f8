"""PyTorch SGD with Nesterov momentum and CrossEntropyLoss on logits."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(102)
x = rng.normal(size=(50, 7)).astype("float32")
y = rng.integers(0, 3, size=50)
batches = batched(16, x, y)

keras.utils.set_random_seed(102)
reference = keras.Sequential(
    [
        keras.Input((7,)),
        keras.layers.Dense(8),
        keras.layers.LeakyReLU(negative_slope=0.01),
        keras.layers.Dense(6, activation="tanh"),
        keras.layers.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)

torch.manual_seed(102)
module = nn.Sequential(nn.Linear(7, 8), nn.LeakyReLU(), nn.Linear(8, 6), nn.Tanh(), nn.Linear(6, 3))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9, nesterov=True)
loss = nn.CrossEntropyLoss()
loop = TorchLoop(module, optimizer, loss)
EXPECTED = "equal"
