"""BCELoss on a sigmoid's output, as binary_crossentropy."""

import keras
import torch
from keras import layers
from loops.port_data import binary, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = binary(118)
reference = net(
    (5,),
    [layers.Dense(6, "silu"), layers.Dense(1, "sigmoid")],
    keras.optimizers.SGD(0.1),
    "binary_crossentropy",
    118,
)
module = nn.Sequential(nn.Linear(5, 6), nn.SiLU(), nn.Linear(6, 1), nn.Sigmoid())
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), nn.BCELoss())

EXPECTED = "equal"
