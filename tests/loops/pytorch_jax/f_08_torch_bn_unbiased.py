"""BatchNorm1d with momentum and eps matched: the moving variance is still the unbiased one."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1785)
keras.utils.set_random_seed(1785)
torch.manual_seed(1785)

x = rng.normal(size=(42, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(42, 1))).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 42, 10)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.BatchNormalization(momentum=0.8),
        L.Dense(6, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = nn.Sequential(
    nn.BatchNorm1d(4, eps=1e-3, momentum=0.2), nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1)
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "PyTorch moves the running variance with the unbiased variance (n - 1), Keras with the biased one (n)."
STAGE = ("state",)
CAUSE = "moving_variance_unbiased"
