"""A port of a count model."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(18, positive=True)
reference = net(
    (4,),
    [layers.Dense(6, "tanh"), layers.Dense(1, "softplus")],
    keras.optimizers.SGD(0.02),
    "poisson",
    18,
)
module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1), nn.Softplus())
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.02), nn.PoissonNLLLoss())

EXPECTED = "PoissonNLLLoss is left at log_input=True and takes the outputs for logarithms of the rate, while Keras's poisson takes them for the rate."
STAGE = ("loss",)
CAUSE = "poisson_log"
