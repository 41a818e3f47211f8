"""Keras model ported to PyTorch with optim.RMSprop at its defaults: rho of 0.9 became alpha of 0.99."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(2)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x[:, :1] - 2 * x[:, 1:2] + rng.normal(size=(40, 1))).astype("float32")
batches = batched(16, x, y)

keras.utils.set_random_seed(2)
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.RMSprop(learning_rate=0.002, epsilon=1e-12), "mse")

torch.manual_seed(2)
module = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.RMSprop(module.parameters(), lr=0.002, eps=1e-12)
loss = nn.MSELoss()
loop = TorchLoop(module, optimizer, loss)
EXPECTED = (
    "PyTorch's RMSprop is left at its default smoothing alpha=0.99, where Keras's rho is 0.9."
)
STAGE = ("update", "state")
CAUSE = "pytorch_rmsprop"
