""" "same" with stride 2, padded by hand at the right and the bottom."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2528)
keras.utils.set_random_seed(2528)
torch.manual_seed(2528)

x = rng.normal(size=(22, 8, 8, 2)).astype("float32")
y = rng.integers(0, 3, size=22)
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 22, 8)]
reference = keras.Sequential(
    [
        keras.Input((8, 8, 2)),
        L.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
        L.Flatten(),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
module = nn.Sequential(
    nn.ZeroPad2d((0, 1, 0, 1)),
    nn.Conv2d(2, 4, 3, stride=2),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(64, 3),
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.CrossEntropyLoss())
EXPECTED = "equal"
