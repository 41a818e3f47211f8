"""Distillation with KLDivLoss(reduction="batchmean") on log-probabilities."""

import keras
import numpy as np
import torch
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(7, "tanh"), D(4, "softmax")], keras.optimizers.SGD(0.1), "kl_divergence"
)
rng = np.random.default_rng(107)
batches = [
    (x, rng.dirichlet(np.ones(4), len(x)).astype("float32") * 0.96 + np.float32(0.01))
    for x, y in labels(107)
]
module = torch.nn.Sequential(
    torch.nn.Linear(5, 7), torch.nn.Tanh(), torch.nn.Linear(7, 4), torch.nn.Softmax(dim=1)
)
kl = torch.nn.KLDivLoss(reduction="batchmean")
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), lambda p, q: kl(p.log(), q))
