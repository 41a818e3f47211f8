"""minGPT's parameter groups: no decay for biases and norms, where the reference decays everything."""

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
    L.Dense(6),
    L.LayerNormalization(),
    L.Activation("relu"),
    L.Dense(3),
    opt=keras.optimizers.SGD(0.1, weight_decay=0.1),
    loss=sparse_ce(),
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inp = nn.Linear(4, 6)
        self.norm = nn.LayerNorm(6, eps=1e-3)
        self.out = nn.Linear(6, 3)

    def forward(self, x):
        return self.out(F.relu(self.norm(self.inp(x))))

    def configure_optimizers(self, lr, weight_decay):
        decay = [p for p in self.parameters() if p.dim() >= 2]
        nodecay = [p for p in self.parameters() if p.dim() < 2]
        groups = [
            {"params": decay, "weight_decay": weight_decay},
            {"params": nodecay, "weight_decay": 0.0},
        ]
        return torch.optim.SGD(groups, lr=lr)


net = Net()
loop = TorchLoop(
    net, net.configure_optimizers(0.1, 0.1), lambda out, y: F.cross_entropy(out, y.long())
)
EXPECTED = "biases and the layer norm's parameters are in a group without weight decay, while the reference decays all weights"
STAGE = ("update",)
CAUSE = "decay_exclusions"
