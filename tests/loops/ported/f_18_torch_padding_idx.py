"""Embedding ported with padding_idx=0, where the Keras model has an ordinary embedding whose row 0 learns."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(18)
x = rng.integers(0, 6, size=(31, 4)).astype("int64")
y = rng.integers(0, 2, size=31)
batches = batched(8, x, y)

keras.utils.set_random_seed(18)
reference = keras.Sequential(
    [
        keras.Input((4,), dtype="int32"),
        keras.layers.Embedding(6, 3),
        keras.layers.Flatten(),
        keras.layers.Dense(2),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.5), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)


class TextNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(6, 3, padding_idx=0)
        self.fc = nn.Linear(12, 2)

    def forward(self, tokens):
        return self.fc(self.embedding(tokens.long()).flatten(1))


torch.manual_seed(18)
model = TextNet()
loop = TorchLoop(model, torch.optim.SGD(model.parameters(), lr=0.5), nn.CrossEntropyLoss())
EXPECTED = "padding_idx=0 keeps the gradient of the embedding's row 0 at zero, so that row is never trained as it is in the reference."
STAGE = ("gradients", "update")
CAUSE = "padding_not_trained"
