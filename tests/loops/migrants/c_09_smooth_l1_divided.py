"""SmoothL1Loss(beta) multiplied by beta, which is Huber's loss."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "elu"), D(3)], keras.optimizers.SGD(0.1), keras.losses.Huber(delta=0.25)
)
batches = regression(109, k=3)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ELU(), torch.nn.Linear(6, 3))
smooth = torch.nn.SmoothL1Loss(beta=0.25)
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.1), lambda p, y: 0.25 * smooth(p, y)
)
