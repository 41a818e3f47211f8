"""Huber loss of a detection head replaced by SmoothL1Loss with beta = delta."""

import keras
import torch
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(out=2)
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(2),
    opt=keras.optimizers.SGD(0.1),
    loss=keras.losses.Huber(delta=0.4),
)
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 2))
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.1), nn.SmoothL1Loss(beta=0.4))
EXPECTED = "SmoothL1Loss is the Huber loss divided by beta, so the loss and the gradients are 2.5 times too large"
STAGE = ("loss", "reduction")
CAUSE = "another_loss"
