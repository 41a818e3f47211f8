"""momentum=0.9 copied into BatchNorm1d, where it means the weight of the new batch."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2654)
keras.utils.set_random_seed(2654)
torch.manual_seed(2654)

x = rng.normal(size=(56, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(56, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 56, 16)]


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
    [keras.Input((5,)), L.Dense(8), L.BatchNormalization(momentum=0.9), L.ReLU(), L.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = nn.Sequential(
    nn.Linear(5, 8), KerasBatchNorm1d(8, eps=1e-3, momentum=0.9), nn.ReLU(), nn.Linear(8, 1)
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = (
    "PyTorch's BatchNorm momentum weighs the new batch: Keras's momentum=0.9 is momentum=0.1 there."
)
STAGE = ("state",)
CAUSE = "moving_statistics_momentum"
