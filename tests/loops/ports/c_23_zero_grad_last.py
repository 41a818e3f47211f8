"""zero_grad at the end of the step, through the module, with tensors of zeros."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import labels, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = labels(123)
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    123,
)
module = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 3))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)


def train_step(x, y):
    loss = F.cross_entropy(module(x), y)
    loss.backward()
    optimizer.step()
    module.zero_grad(set_to_none=False)
    return loss.detach()


loop = TorchLoop(module, train_step=train_step)

EXPECTED = "equal"
