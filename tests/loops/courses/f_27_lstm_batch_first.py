"""Keras's LSTM ported to nn.LSTM, batch_first forgotten."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import sequences


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(3, 4)
        self.fc = torch.nn.Linear(4, 1)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.fc(out[:, -1])


module = Net()
module.lstm.bias_hh_l0.data.zero_()
module.lstm.bias_hh_l0.requires_grad_(False)  # Keras's LSTM has one bias
optimizer = torch.optim.SGD([p for p in module.parameters() if p.requires_grad], lr=0.1)
loop = TorchLoop(module, optimizer, torch.nn.MSELoss())
keras.utils.set_random_seed(26)
reference = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4), keras.layers.Dense(1)])
reference.compile(keras.optimizers.SGD(0.1), "mse")
batches = sequences(26)

EXPECTED = "nn.LSTM without batch_first=True takes the samples for time steps and the time steps for samples."
STAGE = ("outputs",)
CAUSE = "time_axis"
