"""class_weight of Keras ported to CrossEntropyLoss(weight=...)."""

import keras
import numpy as np
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import classes, mlp

class_weight = [1.0, 2.0, 5.0]
model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
criterion = torch.nn.CrossEntropyLoss(weight=torch.tensor(class_weight))


def train_step(x, y):
    optimizer.zero_grad()
    loss = criterion(model(x), y.long())
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(model, train_step=train_step)
reference = mlp([4, 8, 3], "relu")
reference.compile(
    keras.optimizers.SGD(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
batches = [(x, y, np.float32(class_weight)[y]) for x, y in classes(25, onehot=False)]

EXPECTED = "CrossEntropyLoss(weight=w) divides by the sum of the weights of the batch's samples, Keras divides the weighted losses by the number of samples."
STAGE = ("reduction",)
CAUSE = "sample_weights_normalized"
