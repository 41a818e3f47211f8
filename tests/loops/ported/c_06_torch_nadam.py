"""NAdam with momentum_decay=1, which makes its momentum schedule Keras's 0.96 ** t."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(106)
x = rng.normal(size=(40, 3)).astype("float32")
y = rng.integers(0, 3, size=40)
batches = batched(11, x, y)

keras.utils.set_random_seed(106)
reference = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(8, activation="softplus"), keras.layers.Dense(3)]
)
reference.compile(
    keras.optimizers.Nadam(0.01, epsilon=1e-10),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)

torch.manual_seed(106)
model = nn.Sequential(nn.Linear(3, 8), nn.Softplus(), nn.Linear(8, 3))
optimizer = torch.optim.NAdam(model.parameters(), lr=0.01, eps=1e-10, momentum_decay=1.0)
loop = TorchLoop(model, optimizer, nn.CrossEntropyLoss())
EXPECTED = "equal"
