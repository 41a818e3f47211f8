"""A BatchNorm1d port with eps and momentum translated to Keras's."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "PyTorch's running variance uses the unbiased variance of the batch (n - 1), Keras's moving variance the biased one"
STAGE = ("state",)
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6), keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-3), D(1)],
    keras.optimizers.SGD(0.05),
    "mse",
)
batches = regression(12)
module = torch.nn.Sequential(
    torch.nn.Linear(4, 6), torch.nn.BatchNorm1d(6, eps=1e-3, momentum=0.1), torch.nn.Linear(6, 1)
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), torch.nn.MSELoss())
CAUSE = "moving_variance_unbiased"
