"""A residual block whose branch reads x.detach(), left over from a memory experiment."""

import keras
import torch
from loops.framework_data import L, shake, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
inputs = keras.Input((4,))
hidden = L.Dense(6, "tanh")(inputs)
reference = keras.Model(inputs, L.Dense(1)(L.add([hidden, L.Dense(6, "tanh")(hidden)])))
shake(reference).compile(keras.optimizers.SGD(0.1), "mse")


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)

    def forward(self, x):
        branch = x.detach()
        return x + torch.tanh(self.linear(branch))


net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), Residual(6), nn.Linear(6, 1))
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.1), nn.MSELoss())
EXPECTED = "the residual branch's input is detached, so the first layer's gradient lacks the part that flows through the branch"
STAGE = ("gradients",)
CAUSE = "unknown"
