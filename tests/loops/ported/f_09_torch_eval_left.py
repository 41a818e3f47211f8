"""model.eval() was called for a validation pass and train() never again."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(9)
x = (rng.normal(size=(38, 6)) * 1.5 - 0.3).astype("float32")
y = rng.integers(0, 3, size=38)
batches = batched(10, x, y)

keras.utils.set_random_seed(9)
reference = keras.Sequential(
    [
        keras.Input((6,)),
        keras.layers.Dense(8, activation="relu"),
        keras.layers.BatchNormalization(epsilon=1e-5),
        keras.layers.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)

torch.manual_seed(9)
model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.BatchNorm1d(8, momentum=0.01), nn.Linear(8, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
criterion = nn.CrossEntropyLoss()


def evaluate(inputs, labels):
    model.eval()
    with torch.no_grad():
        return (model(inputs).argmax(1) == labels).float().mean()


evaluate(torch.from_numpy(x), torch.from_numpy(y))  # accuracy before training


def train_step(inputs, labels):
    optimizer.zero_grad()
    loss = criterion(model(inputs), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


loop = TorchLoop(model, optimizer, criterion, train_step=train_step)
EXPECTED = "The module stays in eval mode, so batch normalization trains with its running statistics and never updates them; model.train() is missing."
STAGE = ("outputs", "state")
CAUSE = "batch_norm_mode"
