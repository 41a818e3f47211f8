"""Keras's strided "same" convolution ported with an explicit F.pad at the right and bottom."""

import keras
import torch
from loops.framework_data import L, build, images, sparse_ce
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = images(side=8)
reference = build(
    (8, 8, 2),
    L.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
    L.Flatten(),
    L.Dense(3),
    opt=keras.optimizers.SGD(0.1),
    loss=sparse_ce(),
)
net = nn.Sequential(
    nn.ZeroPad2d((0, 1, 0, 1)),
    nn.Conv2d(2, 4, 3, stride=2),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(4 * 4 * 4, 3),
)
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.1), nn.CrossEntropyLoss())
EXPECTED = "equal"
