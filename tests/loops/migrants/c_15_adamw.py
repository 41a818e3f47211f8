"""torch.optim.AdamW with Keras's decay written out."""

import keras
import torch
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "tanh"), D(3)],
    keras.optimizers.AdamW(0.02, epsilon=1e-12),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = labels(115)
module = torch.nn.Sequential(torch.nn.Linear(5, 6), torch.nn.Tanh(), torch.nn.Linear(6, 3))
optimizer = torch.optim.AdamW(module.parameters(), lr=0.02, weight_decay=0.004, eps=1e-12)
loop = TorchLoop(module, optimizer, torch.nn.CrossEntropyLoss())
