"""A port of AdamW that kept the word weight_decay."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(9)
reference = net(
    (4,),
    [layers.Dense(6, "tanh"), layers.Dense(1)],
    keras.optimizers.AdamW(0.01, weight_decay=0.1, epsilon=1e-10),
    "mse",
    9,
)
module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
loop = TorchLoop(
    module,
    torch.optim.Adam(module.parameters(), lr=0.01, weight_decay=0.1, eps=1e-10),
    nn.MSELoss(),
)

EXPECTED = "torch.optim.Adam's weight_decay adds an L2 term to the gradient, while the reference's AdamW decays the weights apart from it; AdamW was meant."
STAGE = ("update",)
CAUSE = "decay_coupled"
