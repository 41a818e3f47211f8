"""A module with nn.Parameters of its own, in Keras's layout."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2150)
keras.utils.set_random_seed(2150)
torch.manual_seed(2150)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(5, 8))
        self.b1 = nn.Parameter(torch.zeros(8))
        self.w2 = nn.Parameter(torch.randn(8, 2))
        self.b2 = nn.Parameter(torch.zeros(2))

    def forward(self, x):
        return (
            torch.einsum("ni,io->no", torch.tanh(torch.addmm(self.b1, x, self.w1)), self.w2)
            + self.b2
        )


x = rng.normal(size=(46, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 2))) + 0.1 * rng.normal(size=(46, 2))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(2),
    ]
)
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9), nn.MSELoss())
EXPECTED = "equal"
