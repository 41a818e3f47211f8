"""A torch.optim.Optimizer subclass with Keras's velocity, used under a decaying rate."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, schedules, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(n=44)
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(1),
    opt=keras.optimizers.SGD(schedules.ExponentialDecay(0.05, 1, 0.6), momentum=0.9, nesterov=True),
    loss="mse",
)


class KerasSGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum):
        super().__init__(params, dict(lr=lr, momentum=momentum))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                v = state.setdefault("velocity", torch.zeros_like(p))
                v.mul_(group["momentum"]).sub_(p.grad, alpha=group["lr"])
                p.add_(v, alpha=group["momentum"]).sub_(p.grad, alpha=group["lr"])


net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = KerasSGD(net.parameters(), lr=0.05, momentum=0.9)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.6)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(net(x), y)
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "equal"
