"""Trains on logits with CrossEntropyLoss, and predicts with a softmax, like the reference."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2584)
keras.utils.set_random_seed(2584)
torch.manual_seed(2584)

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
reference.compile(keras.optimizers.SGD(0.2, momentum=0.9), "sparse_categorical_crossentropy")
module = nn.Sequential(nn.Linear(6, 10), nn.ReLU(), nn.Linear(10, 4))
inner = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.2, momentum=0.9), nn.CrossEntropyLoss()
)


class Loop:
    get_weights, set_weights, train_step = inner.get_weights, inner.set_weights, inner.train_step

    def predict(self, x):
        with torch.no_grad():
            return F.softmax(module(torch.as_tensor(x)), dim=-1).numpy()


loop = Loop()
EXPECTED = "equal"
