"""PyTorch's Adamax and L1Loss against Keras's Adamax and mae."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(105)
x = rng.normal(size=(33, 6)).astype("float32")
y = rng.normal(size=(33, 1)).astype("float32")
batches = batched(9, x, y)

keras.utils.set_random_seed(105)
reference = keras.Sequential(
    [keras.Input((6,)), keras.layers.Dense(7, activation="elu"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.Adamax(0.02, epsilon=1e-12), "mae")

torch.manual_seed(105)
model = nn.Sequential(nn.Linear(6, 7), nn.ELU(), nn.Linear(7, 1))
loop = TorchLoop(model, torch.optim.Adamax(model.parameters(), lr=0.02, eps=1e-12), nn.L1Loss())
EXPECTED = "equal"
