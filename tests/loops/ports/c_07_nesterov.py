"""SGD with Nesterov's momentum in PyTorch."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(107)
reference = net(
    (4,),
    [layers.Dense(6, "relu"), layers.Dense(4, "relu"), layers.Dense(1)],
    keras.optimizers.SGD(0.02, momentum=0.9, nesterov=True),
    "mae",
    107,
)
module = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 1))
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.02, momentum=0.9, nesterov=True), nn.L1Loss()
)

EXPECTED = "equal"
