"""optim.Adam(weight_decay=...) taken for AdamW."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(4)
x = rng.normal(size=(36, 7)).astype("float32")
y = (rng.random((36, 1)) < 0.4).astype("float32")
batches = batched(10, x, y)

keras.utils.set_random_seed(4)
reference = keras.Sequential(
    [keras.Input((7,)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(1)]
)
reference.compile(
    keras.optimizers.AdamW(0.005, weight_decay=0.05, epsilon=1e-12),
    keras.losses.BinaryCrossentropy(from_logits=True),
)

torch.manual_seed(4)
model = nn.Sequential(nn.Linear(7, 6), nn.ReLU(), nn.Linear(6, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.005, eps=1e-12, weight_decay=0.05)
loop = TorchLoop(model, optimizer, nn.BCEWithLogitsLoss())
EXPECTED = "torch.optim.Adam adds the weight decay to the gradient as an L2 penalty, while AdamW decays the weights directly (decoupled)."
STAGE = ("update", "gradients")
CAUSE = "decay_coupled"
