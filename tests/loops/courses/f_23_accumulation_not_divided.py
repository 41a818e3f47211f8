"""Gradient accumulation without loss / accum_steps."""

import keras
import torch
import torch.nn.functional as F

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import mlp, regression

model = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.Tanh(), torch.nn.Linear(6, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
accumulation_steps = 2
count = 0


def train_step(x, y):
    global count
    loss = F.mse_loss(model(x), y)
    loss.backward()
    count += 1
    if count % accumulation_steps == 0:
        optimizer.step()
        optimizer.zero_grad()
    return loss.item()


loop = TorchLoop(model, train_step=train_step)
reference = mlp([4, 6, 1])
reference.compile(keras.optimizers.SGD(0.05, gradient_accumulation_steps=2), "mse")
batches = regression(22, n=44, size=12)

EXPECTED = "The loss is not divided by the number of accumulated batches, so the gradient is the sum instead of the mean over the two."
STAGE = ("update", "gradients")
CAUSE = "accumulation_summed"
