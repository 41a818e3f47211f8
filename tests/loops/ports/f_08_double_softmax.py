"""The classic question: why does my PyTorch classifier learn so slowly?"""

import keras
import torch
from keras import layers
from loops.port_data import labels, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = labels(8)
reference = net(
    (5,),
    [layers.Dense(8, "relu"), layers.Dense(3, "softmax")],
    keras.optimizers.SGD(0.2),
    "sparse_categorical_crossentropy",
    8,
)
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax(dim=1))
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.2), nn.CrossEntropyLoss())

EXPECTED = "CrossEntropyLoss gets softmax probabilities and takes the softmax a second time."
STAGE = ("loss",)
CAUSE = "softmax_twice"
