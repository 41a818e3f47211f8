"""optimizer.step(closure), with zero_grad and backward inside the closure, as for LBFGS."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    loss="mean_absolute_error",
)
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, nesterov=True)


def train_step(x, y):
    def closure():
        optimizer.zero_grad(set_to_none=False)
        loss = F.l1_loss(net(x), y)
        loss.backward()
        return loss

    return optimizer.step(closure)


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "equal"
