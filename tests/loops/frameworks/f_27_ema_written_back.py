"""An EMA helper (as in diffusion code) whose shadow weights are copied into the network after each step, not only for evaluation."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
reference = build((4,), L.Dense(6, "tanh"), L.Dense(1), opt=keras.optimizers.SGD(0.1), loss="mse")


class EMA:
    def __init__(self, module, decay):
        self.module, self.decay, self.shadow = module, decay, None

    def before(self):
        if self.shadow is None:
            self.shadow = [p.detach().clone() for p in self.module.parameters()]

    @torch.no_grad()
    def update(self):
        for s, p in zip(self.shadow, self.module.parameters()):
            s.mul_(self.decay).add_(p, alpha=1 - self.decay)

    @torch.no_grad()
    def copy_to(self):
        for s, p in zip(self.shadow, self.module.parameters()):
            p.copy_(s)


net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
ema = EMA(net, 0.9)


def train_step(x, y):
    ema.before()
    optimizer.zero_grad()
    loss = F.mse_loss(net(x), y)
    loss.backward()
    optimizer.step()
    ema.update()
    ema.copy_to()
    return loss


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "the moving average of the weights is written into the trained network after each step, so training goes on from the average"
STAGE = ("update", "state")
CAUSE = "learning_rate"
