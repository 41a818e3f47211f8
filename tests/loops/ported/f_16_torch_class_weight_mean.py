"""CrossEntropyLoss(weight=class_weights) as a port of fit's class weights: PyTorch divides by the sum of the weights."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(16)
x = rng.normal(size=(43, 5)).astype("float32")
y = rng.choice(3, size=43, p=[0.7, 0.2, 0.1])
class_weight = np.float32([0.5, 1.7, 3.0])
batches = batched(12, x, y, class_weight[y])

keras.utils.set_random_seed(16)
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)]
)
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)

torch.manual_seed(16)
model = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
criterion = nn.CrossEntropyLoss(weight=torch.from_numpy(class_weight))
loop = TorchLoop(model, optimizer, criterion)
EXPECTED = "The weighted losses are divided by the sum of the weights of the batch, where Keras divides by the number of samples."
STAGE = ("reduction",)
CAUSE = "sample_weights_normalized"
