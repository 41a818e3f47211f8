"""nn.Dropout with the reference's rate (other masks)."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1420)
keras.utils.set_random_seed(1420)
torch.manual_seed(1420)

x = rng.normal(size=(50, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(16, activation="relu"), L.Dropout(0.4), L.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Dropout(0.4), nn.Linear(16, 1))
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "equal"
