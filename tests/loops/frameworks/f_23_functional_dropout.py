"""F.dropout in forward without training=self.training: it drops at inference as well."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, sparse_ce, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(kind="cls", out=3)
reference = build(
    (4,),
    L.Dense(16, "relu"),
    L.Dropout(0.4),
    L.Dense(3),
    opt=keras.optimizers.SGD(0.1),
    loss=sparse_ce(),
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(4, 16), nn.Linear(16, 3)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        x = F.dropout(x, p=0.4)
        return self.fc2(x)


net = Net()
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.1), nn.CrossEntropyLoss())
EXPECTED = "F.dropout is always active, since training=self.training is missing: the predictions in eval mode are random"
STAGE = ("outputs",)
CAUSE = "dropout_mode"
