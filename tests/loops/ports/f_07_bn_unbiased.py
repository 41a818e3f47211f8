"""Momentum and epsilon were converted, and the moving variance is still a little off."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(7, n=30, size=8)
reference = net(
    (4,),
    [layers.Dense(6), layers.BatchNormalization(momentum=0.9), layers.ReLU(), layers.Dense(1)],
    keras.optimizers.SGD(0.05),
    "mse",
    7,
)
module = nn.Sequential(
    nn.Linear(4, 6), nn.BatchNorm1d(6, momentum=0.1, eps=1e-3), nn.ReLU(), nn.Linear(6, 1)
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())

EXPECTED = "PyTorch's running variance averages the unbiased variance (n - 1), Keras's moving variance the biased one (n)."
STAGE = ("state",)
CAUSE = "moving_variance_unbiased"
