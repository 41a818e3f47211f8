"""Class weights with reduction="none", divided by the number of samples as Keras does."""

import keras
import torch
import torch.nn.functional as F

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import classes, mlp

class_weight = torch.tensor([1.0, 2.0, 5.0])
model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)


def train_step(x, y):
    optimizer.zero_grad()
    losses = F.cross_entropy(model(x), y.long(), reduction="none")
    loss = (class_weight[y.long()] * losses).sum() / len(y)
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(model, train_step=train_step)
reference = mlp([4, 8, 3], "relu")
reference.compile(
    keras.optimizers.SGD(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
batches = [(x, y, class_weight.numpy()[y]) for x, y in classes(120, onehot=False)]

EXPECTED = "equal"
