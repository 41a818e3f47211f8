"""Ports of recommender models, which like Adagrad."""

import keras
import torch
from keras import layers
from loops.port_data import labels, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = labels(3)
reference = net(
    (5,),
    [layers.Dense(6, "sigmoid"), layers.Dense(3)],
    keras.optimizers.Adagrad(0.05),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    3,
)
module = nn.Sequential(nn.Linear(5, 6), nn.Sigmoid(), nn.Linear(6, 3))
loop = TorchLoop(module, torch.optim.Adagrad(module.parameters(), lr=0.05), nn.CrossEntropyLoss())

EXPECTED = "torch.optim.Adagrad's accumulator starts at 0, while Keras's starts at 0.1 (initial_accumulator_value)."
STAGE = ("update",)
CAUSE = "pytorch_adagrad"
