"""optimizer.step(closure), as for L-BFGS, with SGD."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1404)
keras.utils.set_random_seed(1404)
torch.manual_seed(1404)

x = rng.normal(size=(46, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 2))) + 0.1 * rng.normal(size=(46, 2))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="softplus"),
        L.Dense(2),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mae")
module = nn.Sequential(nn.Linear(5, 8), nn.Softplus(), nn.Linear(8, 2))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05)


def train_step(x, y):
    def closure():
        optimizer.zero_grad()
        loss = F.l1_loss(module(x), y)
        loss.backward()
        return loss

    return optimizer.step(closure)


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "equal"
