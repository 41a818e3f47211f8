"""A strided convolution with padding="same" ported as padding=1, which pads both sides."""

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
    nn.Conv2d(2, 4, 3, stride=2, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 4 * 4, 3)
)
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.1), nn.CrossEntropyLoss())
EXPECTED = "padding=1 pads on all sides, while Keras's 'same' with stride 2 on an even image pads at the bottom and right only, so the windows are shifted by one pixel"
STAGE = ("outputs",)
CAUSE = "padding_place"
