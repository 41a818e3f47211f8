"""Mixed precision switched on by habit."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(26, k=2)
reference = net(
    (4,), [layers.Dense(8, "tanh"), layers.Dense(2)], keras.optimizers.SGD(0.1), "mse", 26
)
module = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)


def train_step(x, y):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        outputs = module(x)
    loss = F.mse_loss(outputs.float(), y)
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, train_step=train_step)

EXPECTED = "The forward pass runs under autocast in bfloat16, so outputs and gradients have only three digits; the reference computes in float32."
STAGE = ("loss", "gradients")
CAUSE = "bfloat16_in_between"
