"""LeakyReLU ported by name, with each framework's own default slope."""

import keras
import torch
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(kind="bin")
reference = build(
    (4,),
    L.Dense(6),
    L.LeakyReLU(),
    L.Dense(5),
    L.LeakyReLU(),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.1),
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
)


class Discriminator(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.act = nn.LeakyReLU()

    def forward(self, x):
        *hidden, last = self.layers
        for layer in hidden:
            x = self.act(layer(x))
        return last(x)


net = Discriminator(4, 6, 5, 1)
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.1), nn.BCEWithLogitsLoss())
EXPECTED = "nn.LeakyReLU has a negative slope of 0.01 by default, keras.layers.LeakyReLU one of 0.3"
STAGE = ("outputs",)
CAUSE = "leaky_slope"
