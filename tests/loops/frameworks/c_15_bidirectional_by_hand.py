"""A bidirectional GRU of two GRUs, where the backward one is read after its last step."""

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
        return self.fc(torch.cat([ahead[:, -1], back[:, -1]], dim=-1))


net = BiGRU(3, 4, 3)
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.1), nn.CrossEntropyLoss())
EXPECTED = "equal"
