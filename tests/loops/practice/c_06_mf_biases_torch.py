"""Recommender in PyTorch with user and item biases."""

import keras
import torch
from loops.practice_data import cut, ratings
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = ratings(106)
batches = cut(12, x, y)
keras.utils.set_random_seed(106)
inp = keras.Input((2,), dtype="int32")
P = keras.layers.Embedding(5, 3, embeddings_initializer="glorot_normal")
Q = keras.layers.Embedding(6, 3, embeddings_initializer="glorot_normal")
bu, bi = (
    keras.layers.Embedding(5, 1, embeddings_initializer="zeros"),
    keras.layers.Embedding(6, 1, embeddings_initializer="zeros"),
)
p, q, b, c = P(inp[:, 0]), Q(inp[:, 1]), bu(inp[:, 0]), bi(inp[:, 1])
reference = keras.Model(inp, keras.layers.Dot(axes=1)([p, q]) + b + c)
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")


class MF(nn.Module):
    def __init__(self):
        super().__init__()
        self.P, self.Q = nn.Embedding(5, 3), nn.Embedding(6, 3)
        self.bu, self.bi = nn.Embedding(5, 1), nn.Embedding(6, 1)

    def forward(self, x):
        u, i = x.long().unbind(1)
        return (self.P(u) * self.Q(i)).sum(1, keepdim=True) + self.bu(u) + self.bi(i)


module = MF()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9), nn.MSELoss())

EXPECTED = "equal"
