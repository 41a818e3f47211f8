"""PyTorch text classifier with label smoothing."""

import keras
import torch
import torch.nn.functional as F
from loops.practice_data import cut, onehot, tokens
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = tokens(141, k=3)
batches = cut(9, x, onehot(y, 3))
keras.utils.set_random_seed(141)
reference = keras.Sequential(
    [
        keras.Input((7,), dtype="int32"),
        keras.layers.Embedding(12, 4, embeddings_initializer="glorot_normal"),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.5),
    keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(12, 4)
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        return self.fc(self.embedding(x.long()).mean(dim=1))


module = Net()
optimizer = torch.optim.SGD(module.parameters(), lr=0.5)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(module(x), y.argmax(1), label_smoothing=0.1)
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, optimizer, train_step=train_step)

EXPECTED = "equal"
