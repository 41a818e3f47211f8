"""Transfer learning port: the frozen feature layer of the Keras model is trained in PyTorch."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(12)
x = rng.normal(size=(36, 6)).astype("float32")
y = rng.integers(0, 3, size=36)
batches = batched(10, x, y)

keras.utils.set_random_seed(12)
features = keras.layers.Dense(8, activation="relu", name="features")
reference = keras.Sequential(
    [keras.Input((6,)), features, keras.layers.Dense(5, activation="relu"), keras.layers.Dense(3)]
)
features.trainable = False
reference.compile(
    keras.optimizers.Adam(0.01, epsilon=1e-12),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)

torch.manual_seed(12)
model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 5), nn.ReLU(), nn.Linear(5, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01, eps=1e-12)
loop = TorchLoop(model, optimizer, nn.CrossEntropyLoss())
EXPECTED = "The first layer, frozen in the reference, is trained by the loop: requires_grad was not switched off and the optimizer got all parameters."
STAGE = ("update", "gradients")
CAUSE = "frozen_layer_trained"
