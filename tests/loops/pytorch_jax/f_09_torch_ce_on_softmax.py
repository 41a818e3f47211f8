"""CrossEntropyLoss after a softmax layer, as on Stack Overflow every week."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2020)
keras.utils.set_random_seed(2020)
torch.manual_seed(2020)

x = rng.normal(size=(50, 6)).astype("float32")
y = (x @ rng.normal(size=(6, 4))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((6,)),
        L.Dense(10, activation="relu"),
        L.Dense(4, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.SGD(0.2), "sparse_categorical_crossentropy")
module = nn.Sequential(nn.Linear(6, 10), nn.ReLU(), nn.Linear(10, 4), nn.Softmax(dim=1))
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.2), nn.CrossEntropyLoss())
EXPECTED = "CrossEntropyLoss takes logits, and gets the probabilities of a softmax: the softmax is applied twice."
STAGE = ("loss",)
CAUSE = "softmax_twice"
