"""The inputs are standardized with the statistics of each batch while training."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2525)
keras.utils.set_random_seed(2525)
torch.manual_seed(2525)

x = rng.normal(loc=1.0, scale=2.0, size=(50, 5)).astype("float32")
y = (0.3 * x[:, :1] + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.02), "mse")
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.02)


def train_step(x, y):
    x = (x - x.mean(0)) / x.std(0)
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "The inputs are standardized per batch in training, the reference (and predict) gets them as they are."
STAGE = ("outputs", "data")
CAUSE = "batch_standardized"
