"""A BatchNorm1d that averages the biased variance, with momentum and eps converted."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg, torch_bn
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(113)
reference = net(
    (4,),
    [layers.Dense(6), layers.BatchNormalization(), layers.ReLU(), layers.Dense(1)],
    keras.optimizers.SGD(0.05, momentum=0.9),
    "mse",
    113,
)
module = nn.Sequential(
    nn.Linear(4, 6), torch_bn()(6, momentum=0.01, eps=1e-3), nn.ReLU(), nn.Linear(6, 1)
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9), nn.MSELoss())

EXPECTED = "equal"
