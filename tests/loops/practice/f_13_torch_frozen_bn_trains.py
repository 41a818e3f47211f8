"""PyTorch transfer learning: requires_grad=False for the base, but model.train()."""

import keras
import torch
from loops.practice_data import cut, labelled
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = labelled(13, d=5)
batches = cut(10, x, y)


def build():
    keras.utils.set_random_seed(15)
    base = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(6),
            keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
            keras.layers.Activation("relu"),
        ]
    )
    base.trainable = False
    return keras.Sequential([keras.Input((5,)), base, keras.layers.Dense(3)])


reference = build()
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
base = nn.Sequential(nn.Linear(5, 6), nn.BatchNorm1d(6), nn.ReLU())
for p in base.parameters():
    p.requires_grad = False
module = nn.Sequential(base, nn.Linear(6, 3))
module.train()
optimizer = torch.optim.Adam(module[1].parameters(), lr=0.01, eps=1e-7)
criterion = nn.CrossEntropyLoss()


def train_step(x, y):
    optimizer.zero_grad()
    loss = criterion(module(x), y.long())
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "Batch normalization of the frozen base stays in training mode: it uses the batch's statistics and updates its running ones, where Keras's frozen layer runs in inference mode."
STAGE = ("outputs", "state")
CAUSE = "frozen_batch_norm"
