"""Gradient accumulation with loss / accum_steps."""

import keras
import torch
import torch.nn.functional as F

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import mlp, regression

model = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.Tanh(), torch.nn.Linear(6, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
accum_steps = 2
i = 0


def train_step(x, y):
    global i
    loss = F.mse_loss(model(x), y)
    (loss / accum_steps).backward()
    i += 1
    if i % accum_steps == 0:
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return loss.item()


loop = TorchLoop(model, train_step=train_step)
reference = mlp([4, 6, 1])
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9, gradient_accumulation_steps=2), "mse")
batches = regression(117, n=44, size=12)

EXPECTED = "equal"
