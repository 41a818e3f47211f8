"""Multi-label training with reduction="none", a mean over the labels, then over the samples."""

import keras
import torch
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(kind="bin", out=5)
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(5, "sigmoid"),
    opt=keras.optimizers.SGD(0.3),
    loss="binary_crossentropy",
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(4, 6), nn.Linear(6, 5)

    def logits(self, x):
        return self.b(torch.tanh(self.a(x)))

    def forward(self, x):
        return torch.sigmoid(self.logits(x))


net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.3)
criterion = nn.BCEWithLogitsLoss(reduction="none")


def train_step(x, y):
    optimizer.zero_grad()
    per_sample = criterion(net.logits(x), y).mean(dim=1)
    loss = per_sample.mean()
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "equal"
