"""Gradient clipping by value with a hook on each parameter."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1706)
keras.utils.set_random_seed(1706)
torch.manual_seed(1706)

x = rng.normal(size=(44, 4)).astype("float32")
y = (10 * x[:, :1] + 5).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 44, 12)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05, clipvalue=0.5), "mse")
module = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
for p in module.parameters():
    p.register_hook(lambda grad: grad.clamp(-0.5, 0.5))
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "equal"
