"""nn.Softmax(dim=0), which normalizes over the batch."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1866)
keras.utils.set_random_seed(1866)
torch.manual_seed(1866)

x = rng.normal(size=(48, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 48, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(3, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax(dim=0))


def loss(p, y):
    return F.nll_loss(torch.log(p), y)


loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), loss)
EXPECTED = "The softmax is over the samples of the batch (dim=0) instead of over the classes."
STAGE = ("outputs",)
CAUSE = "softmax_axis"
