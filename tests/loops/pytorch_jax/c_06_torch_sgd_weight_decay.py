"""SGD(weight_decay) without momentum, where L2 and decoupled decay are the same."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2313)
keras.utils.set_random_seed(2313)
torch.manual_seed(2313)

x = rng.normal(size=(46, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1, weight_decay=0.05),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1, weight_decay=0.05)
loop = TorchLoop(module, optimizer, nn.CrossEntropyLoss())
EXPECTED = "equal"
