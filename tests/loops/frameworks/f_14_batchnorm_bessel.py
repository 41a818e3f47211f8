"""A careful port of batch normalization (eps, momentum) that overlooks the unbiased running variance."""

import keras
import torch
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(n=36, size=6)
reference = build(
    (4,),
    L.Dense(6),
    L.BatchNormalization(),
    L.Activation("tanh"),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.05),
    loss="mse",
)
net = nn.Sequential(
    nn.Linear(4, 6), nn.BatchNorm1d(6, eps=1e-3, momentum=0.01), nn.Tanh(), nn.Linear(6, 1)
)
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "PyTorch's running variance uses the unbiased batch variance (n / (n - 1)), Keras's moving variance the biased one"
STAGE = ("state",)
CAUSE = "moving_variance_unbiased"
