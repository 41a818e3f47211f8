"""An LSTM regressor ported to PyTorch, last output to a linear layer."""

import keras
import torch
from loops.migrant_data import keras_model, sequences

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
reference = keras_model(
    [(5, 3), keras.layers.LSTM(4), keras.layers.Dense(1)], keras.optimizers.SGD(0.05), "mse"
)
batches = sequences(117)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(3, 4, batch_first=True)
        self.lstm.bias_hh_l0.requires_grad_(False)  # Keras has one bias
        self.fc = torch.nn.Linear(4, 1)

    def forward(self, x):
        out, (h, c) = self.lstm(x)
        return self.fc(h[-1])


module = Net()
optimizer = torch.optim.SGD([p for p in module.parameters() if p.requires_grad], lr=0.05)


def train_step(x, y):
    optimizer.zero_grad()
    loss = ((module(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
