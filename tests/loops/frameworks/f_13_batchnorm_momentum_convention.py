"""A batch normalization ported from Keras with momentum=0.99, which PyTorch reads the other way round."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.framework_torch import BatchNorm

batches = table(n=36)
reference = build(
    (4,),
    L.Dense(6),
    L.BatchNormalization(momentum=0.99),
    L.Activation("relu"),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.05),
    loss="mse",
)


class Block(nn.Module):
    def __init__(self, inputs, outputs, **norm):
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.norm = BatchNorm(outputs, **norm)

    def forward(self, x):
        return F.relu(self.norm(self.linear(x)))


net = nn.Sequential(Block(4, 6, eps=1e-3, momentum=0.99), nn.Linear(6, 1))
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "momentum 0.99 is Keras's convention; in PyTorch it is the share of the new batch, so the moving statistics are almost those of the last batch (it should be 0.01)"
STAGE = ("state",)
CAUSE = "moving_statistics_momentum"
