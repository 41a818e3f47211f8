"""clipvalue by gradient hooks, registered once on each parameter."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(0.1, momentum=0.8, clipvalue=0.1), "mae"
)
batches = regression(111)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
for p in module.parameters():
    p.register_hook(lambda grad: torch.clamp(grad, -0.1, 0.1))
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.8), torch.nn.L1Loss()
)
