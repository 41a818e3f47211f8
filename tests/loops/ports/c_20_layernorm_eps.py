"""LayerNorm with Keras's epsilon."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(120)
reference = net(
    (4,),
    [layers.Dense(8), layers.LayerNormalization(), layers.ReLU(), layers.Dense(1)],
    keras.optimizers.SGD(0.05),
    "mse",
    120,
)
module = nn.Sequential(nn.Linear(4, 8), nn.LayerNorm(8, eps=1e-3), nn.ReLU(), nn.Linear(8, 1))
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())

EXPECTED = "equal"
