"""A port in which momentum was converted, but not epsilon."""

import keras
import torch
from keras import layers
from loops.port_data import labels, net, torch_bn
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = labels(6, k=4)
reference = net(
    (5,),
    [
        layers.Dense(8),
        layers.BatchNormalization(momentum=0.9),
        layers.Activation("tanh"),
        layers.Dense(4),
    ],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    6,
)
module = nn.Sequential(nn.Linear(5, 8), torch_bn()(8, momentum=0.1), nn.Tanh(), nn.Linear(8, 4))
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), nn.CrossEntropyLoss())

EXPECTED = "Batch normalization's eps is PyTorch's 1e-5 instead of Keras's 1e-3."
STAGE = ("outputs",)
CAUSE = "normalization_epsilon"
