"""A LayerNorm block ported with Keras's epsilon and exact GELU."""

import keras
import torch
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
L = keras.layers
reference = keras_model(
    [
        (5,),
        L.Dense(8),
        L.LayerNormalization(epsilon=1e-3),
        L.Activation(lambda x: keras.activations.gelu(x, approximate=False)),
        L.Dense(3),
    ],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = labels(123)
module = torch.nn.Sequential(
    torch.nn.Linear(5, 8), torch.nn.LayerNorm(8, eps=1e-3), torch.nn.GELU(), torch.nn.Linear(8, 3)
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), torch.nn.CrossEntropyLoss())
