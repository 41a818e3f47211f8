"""1 - cosine_similarity, where Keras's loss is its negative."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2218)
keras.utils.set_random_seed(2218)
torch.manual_seed(2218)

x = rng.normal(size=(42, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 3))) + 0.1 * rng.normal(size=(42, 3))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 42, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(3),
    ]
)
reference.compile(keras.optimizers.SGD(0.3), keras.losses.CosineSimilarity())
module = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 3))


def loss(p, y):
    return (1 - F.cosine_similarity(p, y, dim=-1)).mean()


loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.3), loss)
EXPECTED = (
    "The loss is 1 - cosine similarity, Keras's is the negative similarity: a constant 1 is added."
)
STAGE = ("loss",)
CAUSE = "loss_shifted"
