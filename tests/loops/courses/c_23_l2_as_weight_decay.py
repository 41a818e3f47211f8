"""kernel_regularizer=l2(0.01) ported as a penalty in the loss, kernels only."""

import keras
import torch
import torch.nn.functional as F

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import classes, mlp

model = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.Sigmoid(), torch.nn.Linear(6, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)


def train_step(x, y):
    optimizer.zero_grad(set_to_none=False)
    log_p = F.log_softmax(model(x), dim=1)
    loss = F.nll_loss(log_p, y.argmax(1))
    for name, p in model.named_parameters():
        if name.endswith("weight"):
            loss = loss + 0.01 * p.pow(2).sum()
    loss.backward()
    optimizer.step()
    return loss.detach()


loop = TorchLoop(model, train_step=train_step)
reference = mlp([4, 6, 3], "sigmoid", kernel_regularizer="l2")
reference.compile(keras.optimizers.SGD(0.1), keras.losses.CategoricalCrossentropy(from_logits=True))
batches = classes(123)

EXPECTED = "equal"
