"""PyTorch: kernel L2 of 0.05 as weight_decay of 0.1 in a parameter group without the biases."""

import keras
import torch
import torch.nn.functional as F
from loops.practice_data import cut, mlp, tabular
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = tabular(140, out=2)
batches = cut(10, x, y)
reference = mlp(140, 4, 2, kernel_regularizer=keras.regularizers.L2(0.05))
reference.compile(keras.optimizers.SGD(0.1), "mse")
module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 2))
kernels = [p for n, p in module.named_parameters() if n.endswith("weight")]
biases = [p for n, p in module.named_parameters() if n.endswith("bias")]
optimizer = torch.optim.SGD([{"params": kernels, "weight_decay": 0.1}, {"params": biases}], lr=0.1)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(module(x), y)
    loss.backward()
    penalty = 0.05 * sum((p.detach() ** 2).sum() for p in kernels)
    optimizer.step()
    return loss.detach() + penalty


loop = TorchLoop(module, optimizer, train_step=train_step)

EXPECTED = "equal"
