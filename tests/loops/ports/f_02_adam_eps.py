"""DQN ports: the paper's code sets a large epsilon, the port forgets it."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(2, k=2)
reference = net(
    (4,),
    [layers.Dense(7, "relu"), layers.Dense(2)],
    keras.optimizers.Adam(0.003, epsilon=0.01),
    "mse",
    2,
)
module = nn.Sequential(nn.Linear(4, 7), nn.ReLU(), nn.Linear(7, 2))
loop = TorchLoop(module, torch.optim.Adam(module.parameters(), lr=0.003), nn.MSELoss())

EXPECTED = (
    "Adam's epsilon is PyTorch's default 1e-8, while the reference was compiled with epsilon=0.01."
)
STAGE = ("update",)
CAUSE = "pytorch_adam"
