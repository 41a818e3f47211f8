"""torch.autograd.grad and an update by hand under no_grad."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2003)
keras.utils.set_random_seed(2003)
torch.manual_seed(2003)

x = rng.normal(size=(46, 5)).astype("float32")
y = (x[:, :1] + x[:, 1:2] + 0.3 * rng.normal(size=(46, 1)) > 0).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.SGD(0.3), "binary_crossentropy")
module = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1), nn.Sigmoid())


def train_step(x, y):
    loss = F.binary_cross_entropy(module(x), y)
    weights = list(module.parameters())
    with torch.no_grad():
        for w, g in zip(weights, torch.autograd.grad(loss, weights)):
            w -= 0.3 * g
    return float(loss)


loop = TorchLoop(module, train_step=train_step)
EXPECTED = "equal"
