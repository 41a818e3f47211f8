"""Gradients clipped by value in hooks that were registered on the parameters."""

import keras
import torch
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
reference = build(
    (4,), L.Dense(6, "tanh"), L.Dense(1), opt=keras.optimizers.SGD(0.1, clipvalue=0.05), loss="mse"
)
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
for p in net.parameters():
    p.register_hook(lambda g: g.clamp(-0.05, 0.05))
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.1), nn.MSELoss())
EXPECTED = "equal"
