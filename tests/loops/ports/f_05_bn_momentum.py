"""The best known trap in ports of batch normalization."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg, torch_bn
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(5, n=44)
reference = net(
    (4,),
    [layers.Dense(6), layers.BatchNormalization(), layers.ReLU(), layers.Dense(1)],
    keras.optimizers.SGD(0.05),
    "mse",
    5,
)
module = nn.Sequential(
    nn.Linear(4, 6), torch_bn()(6, momentum=0.99, eps=1e-3), nn.ReLU(), nn.Linear(6, 1)
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())

EXPECTED = "BatchNorm's momentum=0.99 was copied from Keras, but in PyTorch it is the share of the new batch; it should be 0.01."
STAGE = ("state",)
CAUSE = "moving_statistics_momentum"
