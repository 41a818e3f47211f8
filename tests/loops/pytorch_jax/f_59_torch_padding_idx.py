"""nn.Embedding(padding_idx=0) for an embedding without mask."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1786)
keras.utils.set_random_seed(1786)
torch.manual_seed(1786)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(9, 4, padding_idx=0)
        self.head = nn.Linear(4, 1)

    def forward(self, x):
        return torch.sigmoid(self.head(self.embedding(x.long()).mean(dim=1)))


x = rng.integers(0, 9, size=(40, 6))
y = (x[:, :1] < x[:, -1:]).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 40, 12)]
reference = keras.Sequential(
    [
        keras.Input((6,), dtype="int32"),
        L.Embedding(9, 4),
        L.GlobalAveragePooling1D(),
        L.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.SGD(0.5), "binary_crossentropy")
module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.5), nn.BCELoss())
EXPECTED = (
    "padding_idx=0 keeps the embedding of token 0 from getting a gradient, the reference trains it."
)
STAGE = ("gradients",)
CAUSE = "padding_not_trained"
