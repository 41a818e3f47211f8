"""NAdam with momentum_decay=1, which gives Keras's schedule."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1973)
keras.utils.set_random_seed(1973)
torch.manual_seed(1973)

x = rng.normal(size=(40, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(40, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 40, 12)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.Nadam(0.01), "mse")
module = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.NAdam(module.parameters(), lr=0.01, eps=1e-7, momentum_decay=1.0)
loop = TorchLoop(module, optimizer, nn.MSELoss())
EXPECTED = "equal"
