"""Porting a Keras RMSprop model to PyTorch and leaving the optimizer's defaults."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2377)
keras.utils.set_random_seed(2377)
torch.manual_seed(2377)

x = rng.normal(size=(52, 6)).astype("float32")
y = (np.sin(x @ rng.normal(size=(6, 1))) + 0.1 * rng.normal(size=(52, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 52, 16)]
reference = keras.Sequential(
    [
        keras.Input((6,)),
        L.Dense(10, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.RMSprop(0.002), "mse")
module = nn.Sequential(nn.Linear(6, 10), nn.ReLU(), nn.Linear(10, 1))
loop = TorchLoop(module, torch.optim.RMSprop(module.parameters(), lr=0.002), nn.MSELoss())
EXPECTED = "PyTorch's RMSprop decays its squared gradients with alpha=0.99, Keras's with rho=0.9."
STAGE = ("update",)
CAUSE = "pytorch_rmsprop"
