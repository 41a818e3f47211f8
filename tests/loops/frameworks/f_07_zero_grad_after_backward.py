""" "My network does not learn": zero_grad() between backward() and step()."""

import keras
import torch
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
reference = build((4,), L.Dense(6, "tanh"), L.Dense(1), opt=keras.optimizers.SGD(0.1), loss="mse")
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)


class Step:
    def __call__(self, x, y):
        out = net(x)
        loss = ((out - y) ** 2).mean()
        loss.backward()
        for group in optimizer.param_groups:
            for p in group["params"]:
                p.grad.zero_()
        optimizer.step()
        return loss.detach()


step = Step()
loop = TorchLoop(net, optimizer, train_step=lambda x, y: step(x, y))
EXPECTED = (
    "the gradients are zeroed after backward and before the step, so the weights never change"
)
STAGE = ("update", "gradients")
CAUSE = "nothing_moves"
