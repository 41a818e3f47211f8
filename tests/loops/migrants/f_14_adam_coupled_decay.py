"""torch.optim.Adam(weight_decay=...) taken for AdamW."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "Adam's weight_decay is an L2 penalty added to the gradient; AdamW of the reference decays the weights decoupled from it"
STAGE = ("update",)
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "relu"), D(1)], keras.optimizers.AdamW(0.01, weight_decay=0.1, epsilon=1e-12), "mse"
)
batches = regression(14)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
loop = TorchLoop(
    module,
    torch.optim.Adam(module.parameters(), lr=0.01, weight_decay=0.1, eps=1e-12),
    torch.nn.MSELoss(),
)
CAUSE = "decay_coupled"
