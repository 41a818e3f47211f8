"""torch.optim.SGD(nesterov=True): other formula, equal steps at a constant rate."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "sigmoid"), D(1)], keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), "mse"
)
batches = regression(116)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.Sigmoid(), torch.nn.Linear(6, 1))
loop = TorchLoop(
    module,
    torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9, nesterov=True),
    torch.nn.MSELoss(),
)
