"""A port of RMSprop with rho and epsilon taken from the reference."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(101)
reference = net(
    (4,),
    [layers.Dense(6, "tanh"), layers.Dense(1)],
    keras.optimizers.RMSprop(0.005, rho=0.95, epsilon=1e-12),
    "mse",
    101,
)
module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
loop = TorchLoop(
    module, torch.optim.RMSprop(module.parameters(), lr=0.005, alpha=0.95, eps=1e-12), nn.MSELoss()
)

EXPECTED = "equal"
