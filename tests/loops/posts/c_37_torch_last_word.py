"""PyTorch text classifier which takes each sentence's last real step."""

import keras
import torch
from keras import layers
from loops.post_data import cut, sentences
from torch import nn

from kerasfoundations.diagnose import TorchLoop

keras.utils.set_random_seed(137)
reference = keras.Sequential(
    [
        keras.Input((7,), dtype="int32"),
        layers.Embedding(12, 4, mask_zero=True),
        layers.GRU(5),
        layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), keras.losses.BinaryCrossentropy(from_logits=True))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(12, 4)
        self.gru = nn.GRU(4, 5, batch_first=True)
        self.fc = nn.Linear(5, 1)

    def forward(self, x):
        x = x.long()
        out, _ = self.gru(self.embedding(x))
        last = (x != 0).sum(dim=1) - 1
        return self.fc(out[torch.arange(len(x)), last])


module = Classifier()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), nn.BCEWithLogitsLoss())
x, lengths = sentences(137)
batches = cut(x, (x.max(axis=1, keepdims=True) > 9).astype("float32"), 12)
EXPECTED = "equal"
