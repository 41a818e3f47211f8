"""After a validation pass nobody called module.train() again."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg, torch_bn
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(13)
reference = net(
    (4,),
    [layers.Dense(6), layers.BatchNormalization(), layers.ReLU(), layers.Dense(1)],
    keras.optimizers.SGD(0.05),
    "mse",
    13,
)
module = nn.Sequential(
    nn.Linear(4, 6), torch_bn()(6, momentum=0.01, eps=1e-3), nn.ReLU(), nn.Linear(6, 1)
)
module.eval()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())

EXPECTED = "The module was left in eval() mode, so batch normalization uses its moving statistics while training and never updates them."
STAGE = ("outputs", "state")
CAUSE = "batch_norm_mode"
