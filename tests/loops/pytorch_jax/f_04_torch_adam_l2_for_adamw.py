""" "AdamW is Adam with weight_decay": the decay goes through the moments."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2334)
keras.utils.set_random_seed(2334)
torch.manual_seed(2334)

x = rng.normal(size=(48, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3))).argmax(1)
batches = [(x[i : i + 20], y[i : i + 20]) for i in range(0, 48, 20)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.AdamW(0.01, weight_decay=0.05, epsilon=1e-12),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))
optimizer = torch.optim.Adam(module.parameters(), lr=0.01, weight_decay=0.05, eps=1e-12)
loop = TorchLoop(module, optimizer, nn.CrossEntropyLoss())
EXPECTED = "Adam's weight_decay adds the decay to the gradient (L2, which goes through the moments), where AdamW decays the weights directly."
STAGE = ("update", "regularization")
CAUSE = "decay_coupled"
