"""PyTorch: Adam with weight_decay for Keras's AdamW."""

import keras
import torch
from loops.practice_data import cut, mlp, tabular
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = tabular(40, out=2)
batches = cut(10, x, y)
reference = mlp(51, 4, 2)
reference.compile(keras.optimizers.AdamW(0.01, weight_decay=0.1, epsilon=1e-10), "mse")
module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 2))
loop = TorchLoop(
    module,
    torch.optim.Adam(module.parameters(), lr=0.01, eps=1e-10, weight_decay=0.1),
    nn.MSELoss(),
)
EXPECTED = "torch.optim.Adam adds weight_decay to the gradient (L2); AdamW decays the weights apart from the gradient."
STAGE = ("update",)
CAUSE = "decay_coupled"
