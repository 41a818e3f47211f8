"""A PyTorch classifier that ends in Softmax, as the Keras model it was ported from."""

import keras
import torch
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "CrossEntropyLoss expects logits but gets probabilities, so softmax is applied twice"
STAGE = ("loss",)
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(7, "relu"), D(3, "softmax")],
    keras.optimizers.SGD(0.1),
    "sparse_categorical_crossentropy",
)
batches = labels(2)
module = torch.nn.Sequential(
    torch.nn.Linear(5, 7), torch.nn.ReLU(), torch.nn.Linear(7, 3), torch.nn.Softmax(dim=1)
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), torch.nn.CrossEntropyLoss())
CAUSE = "softmax_twice"
