"""torch.optim.Adam with an epsilon that plays no part."""

import keras
import torch
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "tanh"), D(3)],
    keras.optimizers.Adam(0.01, epsilon=1e-12),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = labels(102)
module = torch.nn.Sequential(torch.nn.Linear(5, 6), torch.nn.Tanh(), torch.nn.Linear(6, 3))
loop = TorchLoop(
    module, torch.optim.Adam(module.parameters(), lr=0.01, eps=1e-12), torch.nn.CrossEntropyLoss()
)
