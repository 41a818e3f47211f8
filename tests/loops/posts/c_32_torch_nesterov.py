"""PyTorch with SGD, momentum and nesterov."""

import keras
import torch
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import TorchLoop

keras.utils.set_random_seed(132)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), "mse")
module = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
loop = TorchLoop(
    module,
    torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9, nesterov=True),
    torch.nn.MSELoss(),
)
batches = cut(*regression(132), 12)
EXPECTED = "equal"
