"""A port of batch normalization with momentum and eps translated by hand."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import regression


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(4, 6)
        self.bn = torch.nn.BatchNorm1d(6, eps=1e-3, momentum=0.1)
        self.fc2 = torch.nn.Linear(6, 1)

    def forward(self, x):
        return self.fc2(torch.relu(self.bn(self.fc1(x))))


module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), torch.nn.MSELoss())
keras.utils.set_random_seed(14)
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(6),
        keras.layers.BatchNormalization(momentum=0.9),
        keras.layers.ReLU(),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
batches = regression(14, n=32, size=12)

EXPECTED = "PyTorch's BatchNorm1d keeps the running variance with Bessel's correction n / (n - 1), Keras's moving variance is the biased one."
STAGE = ("state",)
CAUSE = "moving_variance_unbiased"
