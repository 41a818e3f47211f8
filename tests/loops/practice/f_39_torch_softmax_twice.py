"""PyTorch port of a Keras image classifier that keeps the softmax before CrossEntropyLoss."""

import keras
import torch
import torch.nn.functional as F
from loops.practice_data import cut, images
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = images(39)
batches = cut(8, x / 255, y)
keras.utils.set_random_seed(50)
reference = keras.Sequential(
    [
        keras.Input((6, 6, 1)),
        keras.layers.Conv2D(3, 3, activation="relu"),
        keras.layers.MaxPooling2D(2),
        keras.layers.Flatten(),
        keras.layers.Dense(3, "softmax"),
    ]
)
reference.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 3, 3)
        self.fc = nn.Linear(12, 3)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        return F.softmax(self.fc(torch.flatten(x, 1)), dim=1)


module = Net()
criterion = nn.CrossEntropyLoss()
loop = TorchLoop(
    module,
    torch.optim.Adam(module.parameters(), lr=0.01, eps=1e-7),
    lambda out, y: criterion(out, y.long()),
)
EXPECTED = "CrossEntropyLoss applies log-softmax to outputs that are softmax probabilities already."
STAGE = ("loss",)
CAUSE = "softmax_twice"
