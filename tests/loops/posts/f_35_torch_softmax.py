"""PyTorch classifier whose forward ends in a softmax."""

import keras
import torch
from keras import layers
from loops.post_data import classes, cut
from torch import nn

from kerasfoundations.diagnose import TorchLoop

keras.utils.set_random_seed(35)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(3, activation="softmax")]
)
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(5, 8)
        self.fc2 = nn.Linear(8, 3)

    def forward(self, x):
        return torch.softmax(self.fc2(torch.relu(self.fc1(x))), dim=1)


module = Net()
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9), nn.CrossEntropyLoss()
)
batches = cut(*classes(35, dtype="int64"), 12)
EXPECTED = (
    "The module ends in a softmax, and CrossEntropyLoss, which expects logits, applies another."
)
STAGE = ("loss",)
CAUSE = "softmax_twice"
