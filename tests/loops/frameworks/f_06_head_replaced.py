"""Fine-tuning: the classifier head is replaced after the optimizer was created, so the new head is never trained."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, sparse_ce, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(kind="cls", out=3)
reference = build(
    (4,), L.Dense(6, "tanh"), L.Dense(3), opt=keras.optimizers.SGD(0.2), loss=sparse_ce()
)


class Classifier(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.body = nn.Linear(4, 6)
        self.head = nn.Linear(6, classes)

    def forward(self, x):
        return self.head(torch.tanh(self.body(x)))


net = Classifier()
optimizer = torch.optim.SGD(net.parameters(), lr=0.2)
net.head = nn.Linear(6, 3)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(net(x), y.long())
    loss.backward()
    optimizer.step()
    net.head.zero_grad()
    return loss


loop = TorchLoop(net, train_step=train_step)
EXPECTED = "the new head's parameters are not in the optimizer, which was built before the head was replaced: the last layer is never updated"
STAGE = ("update", "gradients")
CAUSE = "frozen_variable"
