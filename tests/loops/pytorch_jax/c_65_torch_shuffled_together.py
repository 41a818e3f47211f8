"""The batch is shuffled inside the step, x and y with one permutation."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2449)
keras.utils.set_random_seed(2449)
torch.manual_seed(2449)

x = rng.normal(size=(50, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)


def train_step(x, y):
    index = torch.randperm(len(x))
    x, y = x[index], y[index]
    optimizer.zero_grad()
    loss = F.cross_entropy(module(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "equal"
