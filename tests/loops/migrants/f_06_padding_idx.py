"""A bag of words with nn.Embedding(padding_idx=0), compared with a Keras Embedding without a mask."""

import keras
import torch
from loops.migrant_data import keras_model, tokens

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "padding_idx=0 keeps the gradient from row 0 of the embedding, which Keras trains (no mask_zero)"
STAGE = ("gradients",)
D = keras.layers.Dense
reference = keras_model(
    [(6,), keras.layers.Embedding(9, 4), keras.layers.Flatten(), D(1)],
    keras.optimizers.SGD(0.1),
    "mse",
)
batches = [(x, (x.sum(1, keepdims=True) / 20).astype("float32")) for x, _ in tokens(6)]


class Bag(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(9, 4, padding_idx=0)
        self.fc = torch.nn.Linear(24, 1)

    def forward(self, x):
        return self.fc(self.embedding(x.long()).flatten(1))


module = Bag()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), torch.nn.MSELoss())
CAUSE = "padding_not_trained"
