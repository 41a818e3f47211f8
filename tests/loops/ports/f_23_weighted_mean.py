"""Class weights for unbalanced data, ported from class_weight."""

import keras
import numpy as np
import torch
from keras import layers
from loops.port_data import labels, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
weight = np.array([0.5, 2.0, 3.0], "float32")
batches = [(x, y, weight[y]) for x, y in labels(23)]
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    23,
)
module = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 3))
loop = TorchLoop(
    module,
    torch.optim.SGD(module.parameters(), lr=0.1),
    nn.CrossEntropyLoss(weight=torch.tensor(weight)),
)

EXPECTED = "CrossEntropyLoss(weight=...) divides by the sum of the weights of the batch, while Keras divides by the number of samples."
STAGE = ("reduction",)
CAUSE = "sample_weights_normalized"
