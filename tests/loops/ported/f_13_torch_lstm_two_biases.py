"""nn.LSTM carries two biases for each gate; with SGD both move, so the bias learns twice as fast as in Keras."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(13)
x = rng.normal(size=(26, 5, 3)).astype("float32")
y = x.sum(axis=(1, 2))[:, None].astype("float32")
batches = batched(8, x, y)

keras.utils.set_random_seed(13)
reference = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4), keras.layers.Dense(1)])
reference.compile(keras.optimizers.SGD(0.05), "mse")


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, batch_first=True)
        self.head = nn.Linear(4, 1)

    def forward(self, x):
        outputs, _ = self.lstm(x)
        return self.head(outputs[:, -1])


torch.manual_seed(13)
model = Recurrent()
loop = TorchLoop(model, torch.optim.SGD(model.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "The LSTM has two biases that are both trained, so their sum moves twice as far in a step as Keras's only bias."
STAGE = ("update", "gradients")
CAUSE = "two_biases"
