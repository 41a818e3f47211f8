"""optimizer.step() at the head of the loop, next to zero_grad, instead of after loss.backward()."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2731)
keras.utils.set_random_seed(2731)
torch.manual_seed(2731)

x = rng.normal(size=(52, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(52, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 52, 12)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")
module = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)


def train_step(x, y):
    optimizer.step()
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "The optimizer steps before backward: each update uses the gradients of the previous batch, and the first one none."
STAGE = ("update", "gradients")
CAUSE = "step_before_gradient"
