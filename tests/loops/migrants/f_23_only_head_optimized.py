"""Fine-tuning code of a tutorial, reused for training from scratch."""

import keras
import torch
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "the optimizer was given only the head's parameters, so the body does not train"
STAGE = ("update", "gradients")
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(8, "relu"), D(3)],
    keras.optimizers.SGD(0.1, momentum=0.9),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = labels(23)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.body = torch.nn.Linear(5, 8)
        self.fc = torch.nn.Linear(8, 3)

    def forward(self, x):
        return self.fc(torch.relu(self.body(x)))


module = Net()
optimizer = torch.optim.SGD(module.fc.parameters(), lr=0.1, momentum=0.9)


def train_step(x, y):
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(module(x), y.long())
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
CAUSE = "frozen_variable"
