"""The optimizer is created inside the step: Adam's moments restart."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2672)
keras.utils.set_random_seed(2672)
torch.manual_seed(2672)

x = rng.normal(size=(50, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3))).argmax(1)
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 50, 12)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.Adam(0.01, epsilon=1e-12),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))


def train_step(x, y):
    optimizer = torch.optim.Adam(module.parameters(), lr=0.01, eps=1e-12)
    optimizer.zero_grad()
    loss = F.cross_entropy(module(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)
EXPECTED = (
    "The optimizer is created anew for each step, so that its moments and step count are lost."
)
STAGE = ("state",)
CAUSE = "optimizer_rebuilt"
