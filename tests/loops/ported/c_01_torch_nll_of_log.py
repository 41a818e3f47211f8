"""PyTorch classifier that returns probabilities and takes NLLLoss of their logarithm."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(101)
x = rng.normal(size=(41, 5)).astype("float32")
y = rng.integers(0, 4, size=41)
batches = batched(12, x, y)

keras.utils.set_random_seed(101)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(9, activation="relu"),
        keras.layers.Dense(4, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(5, 9)
        self.fc2 = nn.Linear(9, 4)

    def forward(self, x):
        return F.softmax(self.fc2(F.relu(self.fc1(x))), dim=-1)


def criterion(probabilities, labels):
    return F.nll_loss(torch.log(probabilities), labels)


torch.manual_seed(101)
net = Net()
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.1), criterion)
EXPECTED = "equal"
