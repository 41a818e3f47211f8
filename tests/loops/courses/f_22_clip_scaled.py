"""AMP with gradient clipping, without scaler.unscale_(optimizer)."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import mlp, regression

model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
criterion = torch.nn.MSELoss()
SCALE = 1024.0


def train_step(x, y):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    (loss * SCALE).backward()  # scaler.scale(loss).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    for p in model.parameters():  # scaler.step(optimizer)
        p.grad /= SCALE
    optimizer.step()
    return loss.item()


loop = TorchLoop(model, train_step=train_step)
reference = mlp([4, 8, 1], "relu")
reference.compile(keras.optimizers.SGD(0.1, global_clipnorm=0.5), "mse")
batches = regression(21)

EXPECTED = "The norm is clipped while gradients are still multiplied by the loss scale (no unscale_ before clipping), so after unscaling they are far too small."
STAGE = ("gradients", "update")
CAUSE = "clipping_before_unscaling"
