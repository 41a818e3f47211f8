"""Distillation with nn.KLDivLoss() and its default reduction, which also averages over the classes."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(kind="prob", out=4)
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(4, "softmax"),
    opt=keras.optimizers.SGD(0.3),
    loss="kl_divergence",
)


class Student(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(4, 6)
        self.out = nn.Linear(6, 4)

    def forward(self, x):
        return F.softmax(self.out(torch.tanh(self.hidden(x))), dim=-1)


class Distillation(nn.Module):
    def __init__(self):
        super().__init__()
        self.kl = nn.KLDivLoss()

    def forward(self, probabilities, teacher):
        return self.kl(probabilities.log(), teacher)


net = Student()
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.3), Distillation())
EXPECTED = "KLDivLoss's default reduction 'mean' divides by the number of classes as well; 'batchmean' is the divergence averaged over the samples"
STAGE = ("reduction", "loss")
CAUSE = "loss_averaged_over_outputs"
