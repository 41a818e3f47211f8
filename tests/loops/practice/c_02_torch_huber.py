"""PyTorch port of a Huber regression with nn.HuberLoss and momentum."""

import keras
import torch
from loops.practice_data import cut, mlp, tabular
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = tabular(102, out=2)
batches = cut(10, x, 2 * y)
reference = mlp(102, 4, 2)
reference.compile(
    keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), keras.losses.Huber(delta=0.5)
)
module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 2))
loop = TorchLoop(
    module,
    torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9, nesterov=True),
    nn.HuberLoss(delta=0.5),
)

EXPECTED = "equal"
