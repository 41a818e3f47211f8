"""A PyTorch port that calls F.dropout in forward."""

import keras
import torch
import torch.nn.functional as F

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import regression


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(4, 8)
        self.fc2 = torch.nn.Linear(8, 1)

    def forward(self, x):
        x = torch.relu(self.fc1(x))
        x = F.dropout(x, p=0.5)
        return self.fc2(x)


module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), torch.nn.MSELoss())
keras.utils.set_random_seed(13)
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(8, "relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
batches = regression(13)

EXPECTED = (
    "F.dropout is called without training=self.training, so dropout is active at inference as well."
)
STAGE = ("outputs",)
CAUSE = "dropout_mode"
