"""A port of a Keras model with RMSprop; the optimizer's defaults were taken over."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(1)
reference = net(
    (4,),
    [layers.Dense(6, "tanh"), layers.Dense(1)],
    keras.optimizers.RMSprop(0.005, epsilon=1e-10),
    "mse",
    1,
)
module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
loop = TorchLoop(
    module, torch.optim.RMSprop(module.parameters(), lr=0.005, eps=1e-10), nn.MSELoss()
)

EXPECTED = (
    "torch.optim.RMSprop is left at its default alpha=0.99, while Keras's RMSprop has rho=0.9."
)
STAGE = ("update",)
CAUSE = "pytorch_rmsprop"
