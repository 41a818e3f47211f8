"""An explicit L2 penalty over named_parameters, weights only."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D, l2 = keras.layers.Dense, keras.regularizers.L2(0.02)
reference = keras_model(
    [(4,), D(6, "relu", kernel_regularizer=l2), D(1, kernel_regularizer=l2)],
    keras.optimizers.SGD(0.05),
    "mse",
)
batches = regression(121)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05)


def train_step(x, y):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(module(x), y)
    loss = loss + 0.02 * sum(
        p.pow(2).sum() for n, p in module.named_parameters() if n.endswith("weight")
    )
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
