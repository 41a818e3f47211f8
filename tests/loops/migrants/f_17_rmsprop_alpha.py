"""RMSprop ported with equal learning rate and epsilon, and the default for the rest."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "PyTorch's RMSprop smooths with alpha=0.99 by default, Keras's with rho=0.9"
STAGE = ("update",)
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "relu"), D(1)], keras.optimizers.RMSprop(0.005, epsilon=1e-12), "mse"
)
batches = regression(17)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
loop = TorchLoop(
    module, torch.optim.RMSprop(module.parameters(), lr=0.005, eps=1e-12), torch.nn.MSELoss()
)
CAUSE = "pytorch_rmsprop"
