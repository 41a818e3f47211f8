"""A penalty written by hand with the textbook's factor one half."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1303)
keras.utils.set_random_seed(1303)
torch.manual_seed(1303)

x = rng.normal(size=(42, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(42, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 42, 12)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu", kernel_regularizer=keras.regularizers.L2(0.05)),
        L.Dense(1, kernel_regularizer=keras.regularizers.L2(0.05)),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    for name, p in module.named_parameters():
        if name.endswith("weight"):
            loss = loss + 0.05 / 2 * p.pow(2).sum()
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "The L2 penalty has a factor 1/2: Keras's is l2 * sum(w ** 2)."
STAGE = ("regularization",)
CAUSE = "penalty_halved"
