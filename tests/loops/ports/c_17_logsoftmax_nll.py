"""Softmax probabilities in the reference, their logarithm and NLLLoss in the loop."""

import keras
import torch
from keras import layers
from loops.port_data import labels, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = labels(117)
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(3, "softmax")],
    keras.optimizers.SGD(0.1),
    "sparse_categorical_crossentropy",
    117,
)
module = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 3), nn.Softmax(dim=1))
criterion = nn.NLLLoss()
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.1), lambda p, y: criterion(torch.log(p), y)
)

EXPECTED = "equal"
