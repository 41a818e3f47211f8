"""requires_grad = False left over from fine-tuning."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2582)
keras.utils.set_random_seed(2582)
torch.manual_seed(2582)

x = rng.normal(size=(50, 6)).astype("float32")
y = (x @ rng.normal(size=(6, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((6,)),
        L.Dense(8, activation="relu"),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.Adam(0.01, epsilon=1e-12),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
module = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))
for p in module[0].parameters():
    p.requires_grad = False
optimizer = torch.optim.Adam(module.parameters(), lr=0.01, eps=1e-12)
loop = TorchLoop(module, optimizer, nn.CrossEntropyLoss())
EXPECTED = "The first layer is frozen (requires_grad=False), and the reference trains it."
STAGE = ("gradients", "update")
CAUSE = "frozen_variable"
