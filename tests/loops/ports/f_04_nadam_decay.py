"""A port with NAdam where only learning rate and epsilon were adapted."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(4, n=50)
reference = net(
    (4,), [layers.Dense(5, "tanh"), layers.Dense(1)], keras.optimizers.Nadam(0.01), "mse", 4
)
module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 1))
loop = TorchLoop(module, torch.optim.NAdam(module.parameters(), lr=0.01, eps=1e-7), nn.MSELoss())

EXPECTED = "NAdam's momentum schedule differs: PyTorch's momentum_decay=0.004 raises 0.96 to a much smaller power than Keras's Nadam, which corresponds to momentum_decay=1."
STAGE = ("update", "state")
CAUSE = "pytorch_nadam"
