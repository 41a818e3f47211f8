"""A cosine schedule by LambdaLR, with Adam."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1984)
keras.utils.set_random_seed(1984)
torch.manual_seed(1984)


class KerasAdam(torch.optim.Optimizer):
    """Adam with epsilon where Keras has it (Kingma's "epsilon hat")."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-7):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                s = self.state[p]
                if not s:
                    s.update(t=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
                s["t"] += 1
                s["m"].mul_(b1).add_(p.grad, alpha=1 - b1)
                s["v"].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
                alpha = (
                    group["lr"]
                    * torch.sqrt(1 - torch.tensor(b2) ** s["t"])
                    / (1 - torch.tensor(b1) ** s["t"])
                )
                p.sub_(alpha * s["m"] / (s["v"].sqrt() + group["eps"]))


import math

x = rng.normal(size=(56, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(56, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 56, 12)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(
    keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.02, 40, alpha=0.1)), "mse"
)
module = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = KerasAdam(module.parameters(), lr=0.02)
scheduler = torch.optim.lr_scheduler.LambdaLR(
    optimizer, lambda t: 0.9 * 0.5 * (1 + math.cos(math.pi * min(t, 40) / 40)) + 0.1
)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "equal"
