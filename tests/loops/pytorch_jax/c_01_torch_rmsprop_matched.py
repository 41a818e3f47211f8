"""RMSprop with Keras's decay, epsilons negligible in both."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2247)
keras.utils.set_random_seed(2247)
torch.manual_seed(2247)

x = rng.normal(size=(52, 6)).astype("float32")
y = (np.sin(x @ rng.normal(size=(6, 1))) + 0.1 * rng.normal(size=(52, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 52, 16)]
reference = keras.Sequential(
    [
        keras.Input((6,)),
        L.Dense(10, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.RMSprop(0.002, epsilon=1e-14), "mse")
module = nn.Sequential(nn.Linear(6, 10), nn.Tanh(), nn.Linear(10, 1))
loop = TorchLoop(
    module, torch.optim.RMSprop(module.parameters(), lr=0.002, alpha=0.9, eps=1e-9), nn.MSELoss()
)
EXPECTED = "equal"
