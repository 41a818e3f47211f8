"""F.embedding and a mean over the time steps with an own parameter, one-hot free."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, tokens
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = tokens()
reference = build(
    (6,),
    L.Embedding(9, 4),
    L.GlobalAveragePooling1D(),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.5),
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    dtype="int32",
)


class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(9, 4)
        self.fc = nn.Linear(4, 1)

    def forward(self, x):
        counts = F.one_hot(x.long(), 9).sum(1).float()
        return self.fc(counts @ self.table.weight / x.shape[1])


net = Bag()
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.5), nn.BCEWithLogitsLoss())
EXPECTED = "equal"
