"""nn.LSTM without batch_first, on a transposed batch."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2260)
keras.utils.set_random_seed(2260)
torch.manual_seed(2260)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 5)
        self.head = nn.Linear(5, 1)

    def forward(self, x):
        out, (h, c) = self.lstm(x.transpose(0, 1))
        return self.head(h[0])


x = rng.normal(size=(28, 6, 3)).astype("float32")
y = (x.mean(1) @ rng.normal(size=(3, 1))).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 28, 10)]
reference = keras.Sequential([keras.Input((6, 3)), L.LSTM(5), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = Net()
# The two biases of PyTorch's LSTM learn both: with plain SGD their sum takes twice the step of one.
optimizer = torch.optim.SGD(
    [
        {
            "params": [p for n, p in module.named_parameters() if n.startswith("lstm.bias")],
            "lr": 0.05 / 2,
        },
        {"params": [p for n, p in module.named_parameters() if not n.startswith("lstm.bias")]},
    ],
    lr=0.05,
)
loop = TorchLoop(module, optimizer, nn.MSELoss())
EXPECTED = "equal"
