"""Adam with a large epsilon (Inception's 0.1 or so) ported to torch.optim.Adam with the same number."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(5)
x = rng.normal(size=(33, 5)).astype("float32")
y = rng.integers(0, 3, size=33)
batches = batched(9, x, y)

keras.utils.set_random_seed(5)
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(8, activation="elu"), keras.layers.Dense(3)]
)
reference.compile(
    keras.optimizers.Adam(0.01, epsilon=0.01),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)

torch.manual_seed(5)
model = nn.Sequential(nn.Linear(5, 8), nn.ELU(), nn.Linear(8, 3))
loop = TorchLoop(
    model, torch.optim.Adam(model.parameters(), lr=0.01, eps=0.01), nn.CrossEntropyLoss()
)
EXPECTED = (
    "PyTorch adds epsilon to the bias-corrected root of the second moment, Keras to the uncorrected one (epsilon hat), "
    "so the same epsilon counts for less in the first steps."
)
STAGE = ("update",)
CAUSE = "epsilon_outside_root"
