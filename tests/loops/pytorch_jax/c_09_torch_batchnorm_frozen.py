"""Fine-tuning with a frozen batch normalization: eval() and no gradient, trainable=False in Keras."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2352)
keras.utils.set_random_seed(2352)
torch.manual_seed(2352)

x = rng.normal(size=(46, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(46, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(8), L.BatchNormalization(trainable=False), L.ReLU(), L.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05, momentum=0.5), "mse")
module = nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8, eps=1e-3), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.5)
for p in module[1].parameters():
    p.requires_grad_(False)


def train_step(x, y):
    module.train()
    module[1].eval()
    optimizer.zero_grad(set_to_none=True)
    loss = F.mse_loss(module(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "equal"
