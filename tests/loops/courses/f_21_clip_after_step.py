"""clip_grad_norm_ in the wrong place."""

import keras
import torch
import torch.nn.functional as F

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import mlp, regression

model = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.Tanh(), torch.nn.Linear(8, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.2)
    return loss


loop = TorchLoop(model, train_step=train_step)
reference = mlp([5, 8, 2])
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9, global_clipnorm=0.2), "mse")
batches = regression(20, d=5, k=2)

EXPECTED = "clip_grad_norm_ is called after optimizer.step(), when the unclipped gradients have already been applied, so nothing is clipped."
STAGE = ("gradients", "update")
CAUSE = "clipping_missing"
