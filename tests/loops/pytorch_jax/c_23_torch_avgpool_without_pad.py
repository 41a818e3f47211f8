"""AvgPool2d with count_include_pad=False, and a depthwise convolution."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2686)
keras.utils.set_random_seed(2686)
torch.manual_seed(2686)

x = rng.normal(size=(22, 5, 5, 2)).astype("float32")
y = rng.integers(0, 3, size=22)
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 22, 8)]
reference = keras.Sequential(
    [
        keras.Input((5, 5, 2)),
        L.Conv2D(4, 3, padding="same", activation="relu"),
        L.AveragePooling2D(3, strides=1, padding="same"),
        L.Conv2D(4, 1),
        L.GlobalAveragePooling2D(),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
module = nn.Sequential(
    nn.Conv2d(2, 4, 3, padding="same"),
    nn.ReLU(),
    nn.AvgPool2d(3, 1, padding=1, count_include_pad=False),
    nn.Conv2d(4, 4, 1),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(4, 3),
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), nn.CrossEntropyLoss())
EXPECTED = "equal"
