"""MSELoss of (n, 1) predictions and (n,) targets."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2006)
keras.utils.set_random_seed(2006)
torch.manual_seed(2006)

x = rng.normal(size=(50, 5)).astype("float32")
y = (np.sin(x[:, 0]) + x[:, 1] + 0.1 * rng.normal(size=50)).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 1))
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "Predictions (n, 1) and targets (n,) are broadcast to (n, n): each prediction is compared with each target."
STAGE = ("loss", "reduction")
CAUSE = "broadcast"
