"""nn.Dropout in a port, with train() for the step."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import regression

model = torch.nn.Sequential(
    torch.nn.Linear(4, 10), torch.nn.ReLU(), torch.nn.Dropout(0.3), torch.nn.Linear(10, 1)
)
model.train()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
loop = TorchLoop(model, optimizer, torch.nn.MSELoss())
keras.utils.set_random_seed(122)
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(10, "relu"),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
batches = regression(122)

EXPECTED = "equal"
