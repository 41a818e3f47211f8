"""clip_grad_norm_ as the port of Keras's clipnorm."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(3168)
keras.utils.set_random_seed(3168)
torch.manual_seed(3168)

x = rng.normal(size=(44, 4)).astype("float32")
y = (10 * x[:, :1] + 5).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 44, 12)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05, clipnorm=1.0), "mse")
module = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "clip_grad_norm_ clips by the norm of all gradients together, clipnorm clips each variable's gradient by its own norm."
STAGE = ("update", "gradients")
CAUSE = "clipping_kind"
