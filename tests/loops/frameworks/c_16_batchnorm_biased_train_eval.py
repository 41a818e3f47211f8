"""Batch normalization with Keras's biased variance and a validation that goes back to train mode."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.framework_torch import BatchNorm

batches = table(n=36)
reference = build(
    (4,),
    L.Dense(6),
    L.BatchNormalization(),
    L.Activation("relu"),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.05),
    loss="mse",
)
net = nn.Sequential(nn.Linear(4, 6), BatchNorm(6), nn.ReLU(), nn.Linear(6, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
x_val, y_val = torch.randn(8, 4), torch.randn(8, 1)
history = []


def evaluate():
    net.eval()
    with torch.inference_mode():
        value = F.mse_loss(net(x_val), y_val).item()
    net.train()
    return value


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(net(x), y)
    loss.backward()
    optimizer.step()
    history.append(evaluate())
    return loss.detach()


net.train()
loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "equal"
