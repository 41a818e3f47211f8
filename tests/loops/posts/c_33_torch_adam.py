"""PyTorch classifier with logits and Adam."""

import keras
import torch
from keras import layers
from loops.post_data import classes, cut
from torch import nn

from kerasfoundations.diagnose import TorchLoop

keras.utils.set_random_seed(133)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(8, activation="tanh"), layers.Dense(3, activation="softmax")]
)
reference.compile(keras.optimizers.Adam(0.01, epsilon=1e-10), "sparse_categorical_crossentropy")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(5, 8)
        self.fc2 = nn.Linear(8, 3)

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))


net = Net()
loop = TorchLoop(net, torch.optim.Adam(net.parameters(), lr=0.01, eps=1e-10), nn.CrossEntropyLoss())
batches = cut(*classes(133, dtype="int64"), 12)
EXPECTED = "equal"
