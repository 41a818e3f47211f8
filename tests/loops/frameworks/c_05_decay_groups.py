"""minGPT's parameter groups against a reference that excludes biases from the decay."""

import keras
import torch
from loops.framework_data import L, build, sparse_ce, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(kind="cls", out=3)
decayed = keras.optimizers.SGD(0.1, weight_decay=0.1)
decayed.exclude_from_weight_decay(var_names=["bias"])
reference = build(
    (4,), L.Dense(6, "relu"), L.Dense(5, "relu"), L.Dense(3), opt=decayed, loss=sparse_ce()
)
net = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))


def groups(module, weight_decay):
    named = dict(module.named_parameters())
    yield {
        "params": [p for n, p in named.items() if not n.endswith("bias")],
        "weight_decay": weight_decay,
    }
    yield {"params": [p for n, p in named.items() if n.endswith("bias")], "weight_decay": 0.0}


optimizer = torch.optim.SGD(list(groups(net, 0.1)), lr=0.1)
loop = TorchLoop(net, optimizer, nn.CrossEntropyLoss())
EXPECTED = "equal"
