"""The Huber loss as beta times SmoothL1Loss."""

import keras
import torch
import torch.nn.functional as F
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
loop = TorchLoop(
    net,
    torch.optim.SGD(net.parameters(), lr=0.1),
    lambda out, y: 0.4 * F.smooth_l1_loss(out, y, beta=0.4),
)
EXPECTED = "equal"
