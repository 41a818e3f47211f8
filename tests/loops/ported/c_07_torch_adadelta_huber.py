"""Adadelta with the same rho and epsilon, and the Huber loss."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(107)
x = rng.normal(size=(37, 5)).astype("float32")
y = (3 * rng.normal(size=(37, 1))).astype("float32")
batches = batched(10, x, y)

keras.utils.set_random_seed(107)
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(6, activation="sigmoid"), keras.layers.Dense(1)]
)
reference.compile(
    keras.optimizers.Adadelta(1.0, rho=0.9, epsilon=1e-6), keras.losses.Huber(delta=0.7)
)

torch.manual_seed(107)
model = nn.Sequential(nn.Linear(5, 6), nn.Sigmoid(), nn.Linear(6, 1))
loop = TorchLoop(model, torch.optim.Adadelta(model.parameters()), nn.HuberLoss(delta=0.7))
EXPECTED = "equal"
