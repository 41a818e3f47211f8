"""The usual PyTorch loop: SGD with Nesterov momentum and CrossEntropyLoss."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import classes, mlp

module = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9, nesterov=True)
loop = TorchLoop(module, optimizer, torch.nn.CrossEntropyLoss())
reference = mlp([4, 8, 3], "relu")
reference.compile(
    keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = classes(113, onehot=False)

EXPECTED = "equal"
