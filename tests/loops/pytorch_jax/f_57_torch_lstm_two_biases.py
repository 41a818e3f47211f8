"""nn.LSTM has two biases of which each takes the optimizer's full step."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2254)
keras.utils.set_random_seed(2254)
torch.manual_seed(2254)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 5, batch_first=True)
        self.head = nn.Linear(5, 1)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.head(out[:, -1])


x = rng.normal(size=(28, 6, 3)).astype("float32")
y = (x.mean(1) @ rng.normal(size=(3, 1))).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 28, 10)]
reference = keras.Sequential([keras.Input((6, 3)), L.LSTM(5), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.2), "mse")
module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.2), nn.MSELoss())
EXPECTED = "The LSTM has two biases, b_ih and b_hh, that are both updated, so that their sum takes twice the step of Keras's single bias."
STAGE = ("update", "gradients")
CAUSE = "two_biases"
