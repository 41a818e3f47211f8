"""AdamW ported with all defaults but the learning rate."""

import keras
import torch
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "PyTorch's AdamW decays with 0.01 by default, Keras's with 0.004"
STAGE = ("update",)
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "tanh"), D(3)],
    keras.optimizers.AdamW(0.02, epsilon=1e-12),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = labels(15)
module = torch.nn.Sequential(torch.nn.Linear(5, 6), torch.nn.Tanh(), torch.nn.Linear(6, 3))
loop = TorchLoop(
    module, torch.optim.AdamW(module.parameters(), lr=0.02, eps=1e-12), torch.nn.CrossEntropyLoss()
)
CAUSE = "decay_value"
