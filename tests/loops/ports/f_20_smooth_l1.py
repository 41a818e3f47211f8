"""Box regression ports."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(20, k=3)
reference = net(
    (4,),
    [layers.Dense(6, "relu"), layers.Dense(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.Huber(delta=0.5),
    20,
)
module = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3))
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), nn.SmoothL1Loss(beta=0.5))

EXPECTED = "SmoothL1Loss(beta=0.5) is Huber's loss divided by beta, so all is twice the reference's Huber(delta=0.5)."
STAGE = ("loss",)
CAUSE = "another_loss"
