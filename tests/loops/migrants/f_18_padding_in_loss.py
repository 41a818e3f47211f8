"""A tagger on padded sentences with CrossEntropyLoss over all tokens."""

import keras
import torch
from loops.migrant_data import keras_model, tokens

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "padded tokens count in the loss (no ignore_index), where the reference masks them"
STAGE = ("loss", "reduction")
reference = keras_model(
    [(6,), keras.layers.Embedding(9, 5, mask_zero=True), keras.layers.Dense(4)],
    keras.optimizers.SGD(0.2),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = tokens(18)
module = torch.nn.Sequential(torch.nn.Embedding(9, 5), torch.nn.Linear(5, 4))
optimizer = torch.optim.SGD(module.parameters(), lr=0.2)
criterion = torch.nn.CrossEntropyLoss()


def train_step(x, y):
    optimizer.zero_grad()
    logits = module(x.long())
    loss = criterion(logits.reshape(-1, 4), y.long().reshape(-1))
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
CAUSE = "mask_ignored"
