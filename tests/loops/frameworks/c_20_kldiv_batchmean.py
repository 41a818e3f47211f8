"""Distillation with KLDivLoss(reduction="batchmean") on log probabilities."""

import keras
import torch
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
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 4), nn.Softmax(dim=-1))
kl = nn.KLDivLoss(reduction="batchmean")
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.3), lambda p, y: kl(torch.log(p), y))
EXPECTED = "equal"
