"""Loss scaling by hand: backward, unscale, clip, step."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "relu"), D(1)],
    keras.optimizers.RMSprop(0.005, rho=0.95, epsilon=1e-12, global_clipnorm=0.5),
    "mse",
)
batches = regression(126)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
optimizer = torch.optim.RMSprop(module.parameters(), lr=0.005, alpha=0.95, eps=1e-12)
scale = 2.0**12


def train_step(x, y):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(module(x), y)
    (loss * scale).backward()
    for p in module.parameters():
        p.grad.div_(scale)
    if all(torch.isfinite(p.grad).all() for p in module.parameters()):
        torch.nn.utils.clip_grad_norm_(module.parameters(), 0.5)
        optimizer.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
