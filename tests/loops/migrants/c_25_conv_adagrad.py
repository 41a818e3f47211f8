"""A small convolutional network with Adagrad from Keras's initial accumulator."""

import keras
import numpy as np
import torch
from loops.migrant_data import cut, keras_model

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
L = keras.layers
reference = keras_model(
    [(6, 6, 2), L.Conv2D(3, 3, activation="relu"), L.MaxPooling2D(2), L.Flatten(), L.Dense(3)],
    keras.optimizers.Adagrad(0.05),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
rng = np.random.default_rng(125)
images = rng.normal(size=(20, 6, 6, 2)).astype("float32")
batches = cut(8, images, rng.integers(0, 3, size=20))
module = torch.nn.Sequential(
    torch.nn.Conv2d(2, 3, 3),
    torch.nn.ReLU(),
    torch.nn.MaxPool2d(2),
    torch.nn.Flatten(),
    torch.nn.Linear(12, 3),
)
optimizer = torch.optim.Adagrad(
    module.parameters(), lr=0.05, initial_accumulator_value=0.1, eps=1e-7
)
loop = TorchLoop(module, optimizer, torch.nn.CrossEntropyLoss())
