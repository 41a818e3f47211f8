"""A tagger on padded sentences with ignore_index=0 and padding_idx=0."""

import keras
import torch
from loops.migrant_data import keras_model, tokens

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
reference = keras_model(
    [(6,), keras.layers.Embedding(9, 5, mask_zero=True), keras.layers.Dense(4)],
    keras.optimizers.SGD(0.2),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = tokens(119)
module = torch.nn.Sequential(torch.nn.Embedding(9, 5, padding_idx=0), torch.nn.Linear(5, 4))
optimizer = torch.optim.SGD(module.parameters(), lr=0.2)
criterion = torch.nn.CrossEntropyLoss(ignore_index=0)


def train_step(x, y):
    optimizer.zero_grad()
    loss = criterion(module(x.long()).reshape(-1, 4), y.long().reshape(-1))
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
