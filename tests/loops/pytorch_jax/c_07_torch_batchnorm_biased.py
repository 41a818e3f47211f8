"""A BatchNorm of one's own with Keras's biased moving variance."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2308)
keras.utils.set_random_seed(2308)
torch.manual_seed(2308)

x = rng.normal(size=(60, 6)).astype("float32")
y = (x @ rng.normal(size=(6, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 60, 16)]


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
    [keras.Input((6,)), L.Dense(8), L.BatchNormalization(), L.ReLU(), L.Dense(3)]
)
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
module = nn.Sequential(
    nn.Linear(6, 8), KerasBatchNorm1d(8, eps=1e-3, momentum=0.01), nn.ReLU(), nn.Linear(8, 3)
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), nn.CrossEntropyLoss())
EXPECTED = "equal"
