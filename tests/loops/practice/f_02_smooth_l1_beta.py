"""PyTorch port of a Huber regression."""

import keras
import torch
from loops.practice_data import cut, mlp, tabular
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = tabular(2, out=2)
batches = cut(10, x, 2 * y)
reference = mlp(2, 4, 2)
reference.compile(keras.optimizers.SGD(0.05), keras.losses.Huber(delta=0.5))
torch.manual_seed(0)
module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 2))
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.SmoothL1Loss(beta=0.5))
EXPECTED = "SmoothL1Loss with beta=0.5 is the Huber loss divided by delta, so the loss is twice as large as Huber(delta=0.5)."
STAGE = ("loss",)
CAUSE = "another_loss"
