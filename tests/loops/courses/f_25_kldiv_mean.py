"""Distillation: KLDivLoss with its default reduction."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import classes, mlp

model = torch.nn.Sequential(
    torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 3), torch.nn.Softmax(-1)
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
kl = torch.nn.KLDivLoss()


def train_step(x, y):
    optimizer.zero_grad()
    loss = kl(model(x).log(), y)
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(model, train_step=train_step)
reference = mlp([4, 6, 3], "relu", "softmax")
reference.compile(keras.optimizers.SGD(0.1), "kl_divergence")
batches = [(x, (0.85 * y + 0.05).astype("float32")) for x, y in classes(24)]

EXPECTED = "KLDivLoss() with reduction='mean' averages over the classes as well, where the divergence is their sum (batchmean); the loss is too small by the number of classes."
STAGE = ("reduction", "loss")
CAUSE = "loss_averaged_over_outputs"
