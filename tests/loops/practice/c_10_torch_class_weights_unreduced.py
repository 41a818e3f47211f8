"""PyTorch classifier with class weights: weighted losses are summed and divided by the batch size."""

import keras
import numpy as np
import torch
from loops.practice_data import cut, labelled, mlp
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = labelled(110)
class_weight = np.array([0.5, 1.0, 3.0], "float32")
batches = cut(10, x, y, class_weight[y])
reference = mlp(110, 4, 3, "softmax")
reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
criterion = nn.CrossEntropyLoss(weight=torch.tensor(class_weight), reduction="none")
loop = TorchLoop(
    module,
    torch.optim.SGD(module.parameters(), lr=0.1),
    lambda out, y: criterion(out, y.long()).sum() / len(y),
)

EXPECTED = "equal"
