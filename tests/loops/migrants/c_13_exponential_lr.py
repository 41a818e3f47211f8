"""ExponentialLR stepped after each batch, where the reference decays per step as well."""

import keras
import torch
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
rate = keras.optimizers.schedules.ExponentialDecay(0.2, decay_steps=1, decay_rate=0.8)
reference = keras_model(
    [(5,), D(6, "relu"), D(3)],
    keras.optimizers.SGD(rate),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = labels(113)
module = torch.nn.Sequential(torch.nn.Linear(5, 6), torch.nn.ReLU(), torch.nn.Linear(6, 3))
optimizer = torch.optim.SGD(module.parameters(), lr=0.2)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
criterion = torch.nn.CrossEntropyLoss()


def train_step(x, y):
    optimizer.zero_grad()
    loss = criterion(module(x), y.long())
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
