"""clip_grad_norm_ after optimizer.step()."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2227)
keras.utils.set_random_seed(2227)
torch.manual_seed(2227)

x = rng.normal(size=(44, 4)).astype("float32")
y = (10 * x[:, :1] + 5).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 44, 12)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.02, global_clipnorm=1.0), "mse")
module = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.02)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    optimizer.step()
    torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = (
    "The gradients are clipped after the step that used them, so that clipping has no effect."
)
STAGE = ("update", "gradients")
CAUSE = "clipping_missing"
