"""A pre-norm residual block with Keras's epsilon in the layer norms."""

import keras
import torch
from loops.framework_data import L, shake, sparse_ce, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(n=34, d=5, kind="cls", out=3)
inputs = keras.Input((5,))
h = L.Dense(6)(inputs)
r = L.LayerNormalization()(h)
r = L.Dense(8, "gelu")(r)
r = L.Dense(6)(r)
h = L.LayerNormalization()(L.add([h, r]))
reference = shake(keras.Model(inputs, L.Dense(3)(h)))
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), sparse_ce())


class Block(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.ln = nn.LayerNorm(width, eps=1e-3)
        self.mlp = nn.Sequential(nn.Linear(width, inner), nn.GELU(), nn.Linear(inner, width))

    def forward(self, x):
        return x + self.mlp(self.ln(x))


net = nn.Sequential(nn.Linear(5, 6), Block(6, 8), nn.LayerNorm(6, eps=1e-3), nn.Linear(6, 3))
loop = TorchLoop(
    net, torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9), nn.CrossEntropyLoss()
)
EXPECTED = "equal"
