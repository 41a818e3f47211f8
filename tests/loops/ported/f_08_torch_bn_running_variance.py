"""BatchNorm1d port with eps and momentum translated; the running variance still differs."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(8)
x = (2 * rng.normal(size=(34, 5)) + 1).astype("float32")
y = rng.normal(size=(34, 1)).astype("float32")
batches = batched(8, x, y)

keras.utils.set_random_seed(8)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(6),
        keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
        keras.layers.ReLU(),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")

torch.manual_seed(8)
model = nn.Sequential(
    nn.Linear(5, 6), nn.BatchNorm1d(6, eps=1e-5, momentum=0.1), nn.ReLU(), nn.Linear(6, 1)
)
loop = TorchLoop(model, torch.optim.SGD(model.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "PyTorch's batch normalization moves its running variance towards the unbiased batch variance (divided by n - 1), Keras's towards the biased one (divided by n)."
STAGE = ("state",)
CAUSE = "moving_variance_unbiased"
