"""Flat targets, and predictions squeezed to their shape in the loss."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1509)
keras.utils.set_random_seed(1509)
torch.manual_seed(1509)

x = rng.normal(size=(50, 5)).astype("float32")
y = (np.sin(x[:, 0]) + x[:, 1] + 0.1 * rng.normal(size=50)).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 1))
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.05), lambda p, y: F.mse_loss(p.squeeze(1), y)
)
EXPECTED = "equal"
