"""Distillation with KLDivLoss(reduction="batchmean") on log_softmax."""

import keras
import numpy as np
import torch
from keras import layers
from loops.port_data import net, parts
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
rng = np.random.default_rng(127)
batches = parts(
    14, rng.normal(size=(36, 5)).astype("float32"), rng.dirichlet(np.ones(4), 36).astype("float32")
)
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(4, "softmax")],
    keras.optimizers.SGD(0.1),
    "kl_divergence",
    127,
)
module = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 4), nn.Softmax(dim=-1))
criterion = nn.KLDivLoss(reduction="batchmean")
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.1), lambda p, y: criterion(p.log(), y)
)

EXPECTED = "equal"
