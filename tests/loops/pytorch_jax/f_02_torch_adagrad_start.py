"""Adagrad in a port: the accumulators start at 0 in PyTorch."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2000)
keras.utils.set_random_seed(2000)
torch.manual_seed(2000)

x = rng.normal(size=(44, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 2))) + 0.1 * rng.normal(size=(44, 2))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 44, 12)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(2),
    ]
)
reference.compile(keras.optimizers.Adagrad(0.05), "mse")
module = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 2))
loop = TorchLoop(module, torch.optim.Adagrad(module.parameters(), lr=0.05, eps=1e-7), nn.MSELoss())
EXPECTED = (
    "The accumulators of PyTorch's Adagrad start at 0, Keras's at initial_accumulator_value=0.1."
)
STAGE = ("update",)
CAUSE = "pytorch_adagrad"
