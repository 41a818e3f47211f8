"""A bag of embeddings for text classification."""

import keras
import torch
from keras import layers
from loops.port_data import net, tokens
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = tokens(119)
reference = net(
    (6,),
    [layers.Embedding(9, 4), layers.GlobalAveragePooling1D(), layers.Dense(1)],
    keras.optimizers.SGD(0.5),
    keras.losses.BinaryCrossentropy(from_logits=True),
    119,
    dtype="int32",
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(9, 4)
        self.head = nn.Linear(4, 1)

    def forward(self, ids):
        return self.head(self.embedding(ids.long()).mean(1))


module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.5), nn.BCEWithLogitsLoss())

EXPECTED = "equal"
