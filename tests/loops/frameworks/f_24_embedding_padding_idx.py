"""Sentiment tutorial: padding_idx=0 freezes the row of token 0, which the reference trains."""

import keras
import torch
from loops.framework_data import L, build, tokens
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = tokens()
reference = build(
    (6,),
    L.Embedding(9, 4),
    L.GlobalAveragePooling1D(),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.5),
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    dtype="int32",
)


class Bag(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(9, 4, padding_idx=0)
        self.fc = nn.Linear(4, 1)

    def forward(self, x):
        return self.fc(self.embedding(x.long()).mean(1))


net = Bag()
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.5), nn.BCEWithLogitsLoss())
EXPECTED = "padding_idx=0 keeps the gradient of the embedding's first row at zero, while the reference trains that row too"
STAGE = ("gradients",)
CAUSE = "padding_not_trained"
