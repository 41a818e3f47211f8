"""CrossEntropyLoss(label_smoothing=0.1) with one-hot targets."""

import keras
import torch
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "relu"), D(4)],
    keras.optimizers.SGD(0.1, momentum=0.9),
    keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
)
batches = labels(103, k=4, onehot=True)
module = torch.nn.Sequential(torch.nn.Linear(5, 6), torch.nn.ReLU(), torch.nn.Linear(6, 4))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9)
loop = TorchLoop(module, optimizer, torch.nn.CrossEntropyLoss(label_smoothing=0.1))
