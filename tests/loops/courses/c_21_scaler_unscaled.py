"""Loss scaling by hand: unscale, clip, step."""

import keras
import torch
import torch.nn.functional as F

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import binary, mlp

model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
SCALE = 2.0**12


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.binary_cross_entropy_with_logits(model(x), y)
    (loss * SCALE).backward()
    for p in model.parameters():
        p.grad.div_(SCALE)
    torch.nn.utils.clip_grad_value_(model.parameters(), 0.1)
    optimizer.step()
    return loss.item()


loop = TorchLoop(model, train_step=train_step)
reference = mlp([4, 8, 1], "relu")
reference.compile(
    keras.optimizers.SGD(0.1, clipvalue=0.1), keras.losses.BinaryCrossentropy(from_logits=True)
)
batches = binary(121)

EXPECTED = "equal"
