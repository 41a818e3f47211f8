"""Adadelta with Keras's rho and epsilon."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(105, k=2)
reference = net(
    (4,),
    [layers.Dense(6, "elu"), layers.Dense(2)],
    keras.optimizers.Adadelta(1.0, rho=0.95, epsilon=1e-6),
    "mse",
    105,
)
module = nn.Sequential(nn.Linear(4, 6), nn.ELU(), nn.Linear(6, 2))
loop = TorchLoop(
    module, torch.optim.Adadelta(module.parameters(), lr=1.0, rho=0.95, eps=1e-6), nn.MSELoss()
)

EXPECTED = "equal"
