"""BatchNorm with PyTorch's eps of 1e-5, on inputs of small scale."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1270)
keras.utils.set_random_seed(1270)
torch.manual_seed(1270)

x = (0.05 * rng.normal(size=(50, 6))).astype("float32")
y = (20 * x[:, :1] + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]


class KerasBatchNorm1d(nn.BatchNorm1d):
    """Moves its variance with the biased variance of the batch, as Keras does."""

    def forward(self, x):
        if not self.training:
            return super().forward(x)
        mean, var = x.mean(0), x.var(0, unbiased=False)
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(var, self.momentum)
        return (x - mean) / torch.sqrt(var + self.eps) * self.weight + self.bias


reference = keras.Sequential(
    [
        keras.Input((6,)),
        L.BatchNormalization(momentum=0.9),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = nn.Sequential(
    KerasBatchNorm1d(6, momentum=0.1), nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 1)
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "BatchNorm's eps is PyTorch's 1e-5 instead of Keras's epsilon 1e-3."
STAGE = ("outputs",)
CAUSE = "normalization_epsilon"
