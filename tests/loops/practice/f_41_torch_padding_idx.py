"""PyTorch text classifier with padding_idx=0; the Keras model trains the vector of token 0."""

import keras
import torch
import torch.nn.functional as F
from loops.practice_data import cut, tokens
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = tokens(41)
batches = cut(9, x, y)
keras.utils.set_random_seed(52)
reference = keras.Sequential(
    [
        keras.Input((7,), dtype="int32"),
        keras.layers.Embedding(12, 4, embeddings_initializer="glorot_normal"),
        keras.layers.GlobalAveragePooling1D(),
        keras.layers.Dense(2),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.5), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(12, 4, padding_idx=0)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(self.embedding(x.long()).mean(dim=1))


module = Net()
optimizer = torch.optim.SGD(module.parameters(), lr=0.5)


def train_step(x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(module(x), y.long())
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(module, optimizer, train_step=train_step)
EXPECTED = "padding_idx=0 gives the vector of token 0 no gradient, so it is never trained; Keras's embedding trains it."
STAGE = ("gradients",)
CAUSE = "padding_not_trained"
