"""zero_grad between backward and step."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2857)
keras.utils.set_random_seed(2857)
torch.manual_seed(2857)

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
criterion = nn.CrossEntropyLoss()


def train_step(x, y):
    loss = criterion(module(x), y)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "zero_grad stands between backward and step, so that nothing is ever learned."
STAGE = ("update", "gradients")
CAUSE = "nothing_moves"
