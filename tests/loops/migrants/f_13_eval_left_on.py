"""A trainer that validates with model.eval() and never returns to model.train()."""

import keras
import torch
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "the model trains in eval mode, so batch normalization uses (and never updates) its running statistics"
STAGE = ("outputs",)
L = keras.layers
reference = keras_model(
    [(5,), L.Dense(6), L.BatchNormalization(momentum=0.9, epsilon=1e-5), L.ReLU(), L.Dense(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = labels(13)
module = torch.nn.Sequential(
    torch.nn.Linear(5, 6), torch.nn.BatchNorm1d(6), torch.nn.ReLU(), torch.nn.Linear(6, 3)
)
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
criterion = torch.nn.CrossEntropyLoss()


def evaluate(x, y):
    module.eval()
    with torch.no_grad():
        return float(criterion(module(x), y))


x0, y0 = batches[0]
baseline = evaluate(torch.tensor(x0), torch.tensor(y0))  # the loss before training


def train_step(x, y):
    optimizer.zero_grad()
    loss = criterion(module(x), y.long())
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
CAUSE = "batch_norm_mode"
