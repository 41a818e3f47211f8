"""SGD with momentum and dampening, copied from an old detection repository."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "dampening=0.9 scales the gradients that enter the momentum buffer by 0.1 from the second step on"
STAGE = ("state", "update")
D = keras.layers.Dense
reference = keras_model([(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(0.05, momentum=0.9), "mse")
batches = regression(16)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
loop = TorchLoop(
    module,
    torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9, dampening=0.9),
    torch.nn.MSELoss(),
)
CAUSE = "damped_momentum"
