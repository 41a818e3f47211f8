"""An LSTM ported to PyTorch without batch_first."""

import keras
import torch
from loops.migrant_data import keras_model, sequences

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "nn.LSTM without batch_first=True takes the batch axis for time, so the recurrence runs over the samples"
STAGE = ("outputs",)
reference = keras_model(
    [(5, 3), keras.layers.LSTM(4), keras.layers.Dense(1)], keras.optimizers.SGD(0.05), "mse"
)
batches = sequences(25)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(3, 4)
        self.fc = torch.nn.Linear(4, 1)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.fc(out[:, -1])


module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), torch.nn.MSELoss())
CAUSE = "time_axis"
