"""All in double precision, in both libraries."""

import keras
import torch
from keras import layers
from loops.port_data import reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(124, dtype="float64")
keras.utils.set_random_seed(124)
reference = keras.Sequential(
    [
        keras.Input((4,), dtype="float64"),
        layers.Dense(6, "tanh", dtype="float64"),
        layers.Dense(1, dtype="float64"),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")
module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1)).double()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), nn.MSELoss())

EXPECTED = "equal"
