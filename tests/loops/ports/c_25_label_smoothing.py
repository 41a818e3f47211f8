"""Label smoothing is defined alike in both libraries."""

import keras
import torch
from keras import layers
from loops.port_data import labels, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = labels(125, k=4, onehot=True)
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(4)],
    keras.optimizers.SGD(0.1),
    keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
    125,
)
module = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 4))
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.1), nn.CrossEntropyLoss(label_smoothing=0.1)
)

EXPECTED = "equal"
