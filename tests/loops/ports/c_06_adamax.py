"""Adamax in both libraries."""

import keras
import torch
from keras import layers
from loops.port_data import labels, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = labels(106, k=4)
reference = net(
    (5,),
    [layers.Dense(6, "sigmoid"), layers.Dense(4)],
    keras.optimizers.Adamax(0.01, epsilon=1e-10),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    106,
)
module = nn.Sequential(nn.Linear(5, 6), nn.Sigmoid(), nn.Linear(6, 4))
loop = TorchLoop(
    module, torch.optim.Adamax(module.parameters(), lr=0.01, eps=1e-10), nn.CrossEntropyLoss()
)

EXPECTED = "equal"
