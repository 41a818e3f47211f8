"""nn.BatchNorm1d, whose running variance is corrected after each step from n - 1 to n."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2647)
keras.utils.set_random_seed(2647)
torch.manual_seed(2647)

x = rng.normal(size=(46, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(46, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 46, 12)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.BatchNormalization(momentum=0.8),
        L.Dense(6, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
bn = nn.BatchNorm1d(4, eps=1e-3, momentum=0.2)
module = nn.Sequential(bn, nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05)


def train_step(x, y):
    old = bn.running_var.clone()
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    optimizer.step()
    bn.running_var.copy_(0.8 * old + 0.2 * x.var(0, unbiased=False))
    return loss


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "equal"
