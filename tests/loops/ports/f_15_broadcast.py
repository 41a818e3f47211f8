""" "Using a target size that is different to the input size": the warning that everyone overlooks."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(15, flat=True)
reference = net(
    (4,), [layers.Dense(6, "relu"), layers.Dense(1)], keras.optimizers.Adam(0.01), "mse", 15
)
module = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
optimizer = torch.optim.Adam(module.parameters(), lr=0.01)
loop = TorchLoop(module, optimizer, lambda outputs, y: ((outputs - y) ** 2).mean())

EXPECTED = (
    "Outputs (n, 1) and targets (n,) broadcast to an (n, n) matrix of differences in the loss."
)
STAGE = ("loss", "reduction")
CAUSE = "broadcast"
