"""Class weights with reduction="none" and a plain mean, as Keras's sample weights."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2543)
keras.utils.set_random_seed(2543)
torch.manual_seed(2543)

x = rng.normal(size=(50, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3))).argmax(1)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
class_weight = np.array([1.0, 3.0, 0.5], "float32")
batches = [(x, y, class_weight[y]) for x, y in batches]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))
criterion = nn.CrossEntropyLoss(torch.tensor(class_weight), reduction="none")
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.1), lambda p, y: criterion(p, y).mean()
)
EXPECTED = "equal"
