"""Each gradient clipped by its own norm in an optimizer subclass, which is what Keras's clipnorm does."""

import keras
import torch
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(5, "tanh"),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.1, momentum=0.5, clipnorm=0.2),
    loss="mse",
)
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 1))


class Clipped(torch.optim.SGD):
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                p.grad.mul_(0.2 / max(p.grad.norm().item(), 0.2))
        return super().step(closure)


loop = TorchLoop(net, Clipped(net.parameters(), lr=0.1, momentum=0.5), nn.MSELoss())
EXPECTED = "equal"
