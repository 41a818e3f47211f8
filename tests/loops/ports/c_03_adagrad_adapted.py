"""Adagrad with Keras's initial accumulator."""

import keras
import torch
from keras import layers
from loops.port_data import binary, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = binary(103)
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(1)],
    keras.optimizers.Adagrad(0.05),
    keras.losses.BinaryCrossentropy(from_logits=True),
    103,
)
module = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 1))
loop = TorchLoop(
    module,
    torch.optim.Adagrad(module.parameters(), lr=0.05, initial_accumulator_value=0.1),
    nn.BCEWithLogitsLoss(),
)

EXPECTED = "equal"
