"""AdamW over model.parameters(): biases decay as well, which the Keras optimizer excludes."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(15)
x = rng.normal(size=(35, 5)).astype("float32")
y = (x[:, :1] ** 2 + 2).astype("float32")
batches = batched(9, x, y)


def noisy_bias():
    return keras.initializers.RandomUniform(-0.5, 0.5, seed=4)


keras.utils.set_random_seed(15)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(7, activation="relu", bias_initializer=noisy_bias()),
        keras.layers.Dense(1, bias_initializer=noisy_bias()),
    ]
)
adamw = keras.optimizers.AdamW(0.01, weight_decay=0.1, epsilon=1e-12)
adamw.exclude_from_weight_decay(var_names=["bias"])
reference.compile(adamw, "mse")

torch.manual_seed(15)
model = nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.1, eps=1e-12)
loop = TorchLoop(model, optimizer, nn.MSELoss())
EXPECTED = "Weight decay is applied to the biases too, which the reference excludes from it."
STAGE = ("update", "state")
CAUSE = "decay_exclusions"
