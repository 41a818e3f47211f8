"""A box regressor ported from torchvision's smooth L1 to keras.losses.Huber."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = (
    "SmoothL1Loss(beta=0.5) is Huber(delta=0.5) divided by beta, so the loss is twice too large"
)
STAGE = ("loss",)
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "relu"), D(2)], keras.optimizers.SGD(0.1), keras.losses.Huber(delta=0.5)
)
batches = regression(7, k=2)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 2))
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.1), torch.nn.SmoothL1Loss(beta=0.5)
)
CAUSE = "another_loss"
