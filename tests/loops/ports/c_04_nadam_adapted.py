"""NAdam with momentum_decay=1 and epsilon=1e-7, as Keras has it."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(104, n=52)
reference = net(
    (4,), [layers.Dense(5, "tanh"), layers.Dense(1)], keras.optimizers.Nadam(0.01), "mse", 104
)
module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 1))
loop = TorchLoop(
    module,
    torch.optim.NAdam(module.parameters(), lr=0.01, eps=1e-7, momentum_decay=1.0),
    nn.MSELoss(),
)

EXPECTED = "equal"
