"""SmoothL1Loss times beta is Huber's loss."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(128, k=3)
reference = net(
    (4,),
    [layers.Dense(6, "relu"), layers.Dense(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.Huber(delta=0.4),
    128,
)
module = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3))
loop = TorchLoop(
    module,
    torch.optim.SGD(module.parameters(), lr=0.1),
    lambda p, y: 0.4 * F.smooth_l1_loss(p, y, beta=0.4),
)

EXPECTED = "equal"
