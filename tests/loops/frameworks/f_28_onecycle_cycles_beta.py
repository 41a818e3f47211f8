"""OneCycleLR with Adam: cycle_momentum=True, the default, also moves beta1 between 0.85 and 0.95."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(n=54)


def one_cycle(optimizer, **more):
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.05, total_steps=1000, **more)


class Table(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, rates):
        self.rates = rates

    def __call__(self, step):
        return keras.ops.take(
            keras.ops.convert_to_tensor(self.rates), keras.ops.cast(step, "int32")
        )

    def get_config(self):
        return {"rates": self.rates}


def rates():
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.05)
    scheduler, found = one_cycle(optimizer, cycle_momentum=False), []
    for _ in range(999):
        found.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return np.array(found, "float32")


reference = build(
    (4,), L.Dense(6, "tanh"), L.Dense(1), opt=keras.optimizers.Adam(Table(rates())), loss="mse"
)
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
scheduler = one_cycle(optimizer)


def train_step(x, y):
    for group in optimizer.param_groups:  # Keras's epsilon hat
        state = optimizer.state.get(group["params"][0])
        t = 1 + (int(state["step"]) if state else 0)
        group["eps"] = 1e-7 / (1 - 0.999**t) ** 0.5
    optimizer.zero_grad()
    loss = F.mse_loss(net(x), y)
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss.detach()


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "OneCycleLR's default cycle_momentum=True sets Adam's beta1 to 0.95 and moves it, where the reference keeps 0.9"
STAGE = ("state",)
CAUSE = "betas"
