"""The hidden state of one batch starts the next one (detached, as in the language-model example)."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2084)
keras.utils.set_random_seed(2084)
torch.manual_seed(2084)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 5, batch_first=True)
        self.head = nn.Linear(5, 1)
        self.hidden = None

    def forward(self, x):
        hidden = None if self.hidden is None else self.hidden[:, : len(x)].detach()
        if hidden is not None and hidden.shape[1] != len(x):
            hidden = None
        out, self.hidden = self.gru(x, hidden)
        return self.head(out[:, -1])


x = rng.normal(size=(36, 5, 3)).astype("float32")
y = (x.mean(1) @ rng.normal(size=(3, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 36, 12)]
reference = keras.Sequential([keras.Input((5, 3)), L.GRU(5), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "The hidden state is carried over from the previous batch, where the reference (not stateful) starts at zeros."
STAGE = ("outputs", "state")
CAUSE = "state_carried"
