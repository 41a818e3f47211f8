"""NAdam of PyTorch with its own momentum schedule."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2742)
keras.utils.set_random_seed(2742)
torch.manual_seed(2742)

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
reference.compile(keras.optimizers.Nadam(0.01, epsilon=1e-8), "mse")
module = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1))
loop = TorchLoop(module, torch.optim.NAdam(module.parameters(), lr=0.01, eps=1e-8), nn.MSELoss())
EXPECTED = "PyTorch's NAdam raises 0.96 to t * momentum_decay (0.004), so that its momentum schedule is not Keras's, in which the exponent is t."
STAGE = ("update", "state")
CAUSE = "pytorch_nadam"
