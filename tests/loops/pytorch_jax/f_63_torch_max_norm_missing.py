"""A kernel constraint of the Keras model that the port forgot."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2361)
keras.utils.set_random_seed(2361)
torch.manual_seed(2361)

x = rng.normal(size=(46, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(46, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu", kernel_constraint=keras.constraints.MaxNorm(0.5)),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 1))
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), nn.MSELoss())
EXPECTED = "The kernel constraint (MaxNorm) of the first layer is not applied after the update."
STAGE = ("update",)
CAUSE = "constraint_missing"
