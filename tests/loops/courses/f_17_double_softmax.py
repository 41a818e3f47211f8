"""A classifier with a Softmax layer, trained with CrossEntropyLoss."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import classes, mlp

module = torch.nn.Sequential(
    torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3), torch.nn.Softmax(dim=1)
)
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
loop = TorchLoop(module, optimizer, torch.nn.CrossEntropyLoss())
reference = mlp([4, 8, 3], "relu", "softmax")
reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
batches = classes(16, onehot=False)

EXPECTED = "CrossEntropyLoss applies log_softmax itself, so the softmax at the end of the network is taken twice."
STAGE = ("loss",)
CAUSE = "softmax_twice"
