"""A bidirectional GRU classified from out[:, -1]: for the backward direction that is its first step only."""

import keras
import torch
from loops.framework_data import L, build, sequences, sparse_ce
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = sequences(kind="cls", out=3)
reference = build(
    (5, 3), L.Bidirectional(L.GRU(4)), L.Dense(3), opt=keras.optimizers.SGD(0.1), loss=sparse_ce()
)


class BiGRU(nn.Module):
    def __init__(self, inputs, units, classes):
        super().__init__()
        self.forward_rnn = nn.GRU(inputs, units, batch_first=True)
        self.backward_rnn = nn.GRU(inputs, units, batch_first=True)
        self.fc = nn.Linear(2 * units, classes)

    def forward(self, x):
        ahead, _ = self.forward_rnn(x)
        back, _ = self.backward_rnn(x.flip(1))
        both = torch.cat([ahead, back.flip(1)], dim=-1)
        return self.fc(both[:, -1])


net = BiGRU(3, 4, 3)
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.1), nn.CrossEntropyLoss())
EXPECTED = "the last time step is taken for both directions; for the backward GRU that is its state after one step, not after the whole sequence"
STAGE = ("outputs",)
CAUSE = "bidirectional_end"
