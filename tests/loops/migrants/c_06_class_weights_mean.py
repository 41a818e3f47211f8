"""Class weights by reduction="none", weights[y] and a plain mean, as Keras has it."""

import keras
import numpy as np
import torch
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
class_weight = np.float32([1.0, 2.5, 0.5])
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(7, "relu"), D(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = [(x, y, class_weight[y]) for x, y in labels(106)]
module = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.ReLU(), torch.nn.Linear(7, 3))
weights = torch.tensor(class_weight)
ce = torch.nn.CrossEntropyLoss(reduction="none")
loop = TorchLoop(
    module,
    torch.optim.SGD(module.parameters(), lr=0.1),
    lambda z, y: (ce(z, y.long()) * weights[y.long()]).mean(),
)
