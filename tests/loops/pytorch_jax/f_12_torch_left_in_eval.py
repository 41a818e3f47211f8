"""A loop that validated once, and never came back from model.eval()."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1895)
keras.utils.set_random_seed(1895)
torch.manual_seed(1895)

x = rng.normal(size=(50, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(50, 1))).astype("float32")
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
    [keras.Input((5,)), L.Dense(8), L.BatchNormalization(momentum=0.9), L.ReLU(), L.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = nn.Sequential(
    nn.Linear(5, 8), KerasBatchNorm1d(8, eps=1e-3, momentum=0.1), nn.ReLU(), nn.Linear(8, 1)
)
module.eval()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "The module trains in eval() mode: batch normalization uses its moving statistics and does not update them."
STAGE = ("outputs", "state")
CAUSE = "batch_norm_mode"
