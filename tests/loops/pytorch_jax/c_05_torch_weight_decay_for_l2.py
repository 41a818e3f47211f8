"""weight_decay = 2 * l2 on the kernels, and the penalty added to the reported loss only."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2575)
keras.utils.set_random_seed(2575)
torch.manual_seed(2575)

x = rng.normal(size=(46, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(46, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu", kernel_regularizer=keras.regularizers.L2(0.05)),
        L.Dense(1, kernel_regularizer=keras.regularizers.L2(0.05)),
    ]
)
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse")
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 1))
kernels = [p for n, p in module.named_parameters() if "weight" in n]
biases = [p for n, p in module.named_parameters() if "bias" in n]
optimizer = torch.optim.SGD(
    [{"params": kernels, "weight_decay": 2 * 0.05}, {"params": biases}], lr=0.05, momentum=0.9
)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    with torch.no_grad():
        penalty = 0.05 * sum((k**2).sum() for k in kernels)
    optimizer.step()
    return loss.item() + penalty.item()


loop = TorchLoop(module, train_step=train_step)
EXPECTED = "equal"
