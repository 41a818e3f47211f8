"""One optimizer for the body and one for the head, with the same settings."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2190)
keras.utils.set_random_seed(2190)
torch.manual_seed(2190)

x = rng.normal(size=(46, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(46, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(6, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.02, momentum=0.8), "mse")
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 1))
body = torch.optim.SGD(
    list(module[0].parameters()) + list(module[2].parameters()), lr=0.02, momentum=0.8
)
head = torch.optim.SGD(module[4].parameters(), lr=0.02, momentum=0.8)


def train_step(x, y):
    module.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    head.step()
    body.step()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)
EXPECTED = "equal"
