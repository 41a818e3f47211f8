"""PyTorch transfer learning: frozen base in eval(), head trained."""

import keras
import torch
import torch.nn.functional as F
from loops.practice_data import cut, labelled
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = labelled(114, d=5)
batches = cut(10, x, y)
keras.utils.set_random_seed(214)
base = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(6, "relu"),
        keras.layers.BatchNormalization(epsilon=1e-5),
    ]
)
base.trainable = False
reference = keras.Sequential([keras.Input((5,)), base, keras.layers.Dense(3)])
reference.compile(
    keras.optimizers.Adam(0.01, epsilon=1e-10),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
module = nn.Sequential(
    nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.BatchNorm1d(6)), nn.Linear(6, 3)
)
module[0].requires_grad_(False)
module.train()
module[0].eval()
optimizer = torch.optim.Adam(
    [p for p in module.parameters() if p.requires_grad], lr=0.01, eps=1e-10
)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(module(x), y.long())
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(module, optimizer, train_step=train_step)

EXPECTED = "equal"
