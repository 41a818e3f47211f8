"""Without momentum, PyTorch's L2 and Keras's decoupled decay are one and the same."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(108)
reference = net(
    (4,),
    [layers.Dense(6, "tanh"), layers.Dense(1)],
    keras.optimizers.SGD(0.1, weight_decay=0.05),
    "mse",
    108,
)
module = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.1, weight_decay=0.05), nn.MSELoss()
)

EXPECTED = "equal"
