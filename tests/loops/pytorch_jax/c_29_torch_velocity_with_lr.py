"""Momentum under a schedule with Keras's velocity, which holds steps."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2374)
keras.utils.set_random_seed(2374)
torch.manual_seed(2374)

x = rng.normal(size=(58, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(58, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 58, 12)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5), momentum=0.9),
    "mse",
)
module = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))
velocity = [torch.zeros_like(p) for p in module.parameters()]
rate = 0.1


def train_step(x, y):
    global rate
    loss = F.mse_loss(module(x), y)
    grads = torch.autograd.grad(loss, list(module.parameters()))
    with torch.no_grad():
        for p, v, g in zip(module.parameters(), velocity, grads):
            v.mul_(0.9).sub_(rate * g)
            p.add_(v)
    rate *= 0.5
    return loss


loop = TorchLoop(module, train_step=train_step)
EXPECTED = "equal"
