"""Loss scaling by hand together with gradient clipping, as with GradScaler without unscale_()."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "the gradients are clipped while still multiplied by the loss scale, so the limit is 1024 times too small"
STAGE = ("update", "gradients")
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(0.1, global_clipnorm=1.0), "mse"
)
batches = regression(24)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
scale = 1024.0


def train_step(x, y):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(module(x), y)
    (loss * scale).backward()
    torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
    for p in module.parameters():
        p.grad.div_(scale)
    optimizer.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
CAUSE = "clipping_before_unscaling"
