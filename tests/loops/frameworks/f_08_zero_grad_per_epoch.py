"""zero_grad() placed at the start of an epoch, so that gradients of earlier batches remain."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
reference = build((4,), L.Dense(6, "tanh"), L.Dense(1), opt=keras.optimizers.SGD(0.05), loss="mse")
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)


def make_step(steps_per_epoch):
    seen = 0

    def step(x, y):
        nonlocal seen
        if seen % steps_per_epoch == 0:
            optimizer.zero_grad()
        seen += 1
        loss = F.mse_loss(net(x), y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


loop = TorchLoop(net, optimizer, train_step=make_step(len(batches)))
EXPECTED = "zero_grad is called once per epoch only, so every step also uses the gradients of all earlier batches"
STAGE = ("state", "gradients")
CAUSE = "gradients_accumulated"
