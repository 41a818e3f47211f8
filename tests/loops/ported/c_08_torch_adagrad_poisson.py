"""Adagrad with Keras's initial accumulator of 0.1, and a Poisson regression on log rates."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(108)
x = rng.normal(size=(44, 4)).astype("float32")
y = rng.poisson(2.0, size=(44, 1)).astype("float32")
batches = batched(12, x, y)

keras.utils.set_random_seed(108)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(1)]
)


def log_poisson(y_true, y_pred):
    return keras.ops.mean(keras.ops.exp(y_pred) - y_true * y_pred, axis=-1)


reference.compile(keras.optimizers.Adagrad(0.05, epsilon=1e-10), log_poisson)

torch.manual_seed(108)
model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 1))
optimizer = torch.optim.Adagrad(
    model.parameters(), lr=0.05, initial_accumulator_value=0.1, eps=1e-10
)
loop = TorchLoop(model, optimizer, nn.PoissonNLLLoss(log_input=True))
EXPECTED = "equal"
