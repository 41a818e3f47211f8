"""torch.nn.HuberLoss(delta=0.5) and two outputs."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "relu"), D(2)], keras.optimizers.SGD(0.1), keras.losses.Huber(delta=0.5)
)
batches = regression(108, k=2)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 2))
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.1), torch.nn.HuberLoss(delta=0.5)
)
