"""A GRU ported to PyTorch (reset_after=True is both libraries' default on this side)."""

import keras
import torch
from loops.migrant_data import keras_model, sequences

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
reference = keras_model(
    [
        (5, 3),
        keras.layers.GRU(4, return_sequences=True),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(1),
    ],
    keras.optimizers.SGD(0.1),
    "mse",
)
batches = sequences(118)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = torch.nn.GRU(3, 4, batch_first=True)
        self.fc = torch.nn.Linear(4, 1)

    def forward(self, x):
        out, _ = self.gru(x)
        return self.fc(out.mean(dim=1))


module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), torch.nn.MSELoss())
