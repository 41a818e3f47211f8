"""AdamW with two parameter groups, biases without decay, as in the BERT scripts."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

rng = np.random.default_rng(104)
x = rng.normal(size=(36, 5)).astype("float32")
y = rng.normal(size=(36, 2)).astype("float32")
batches = batched(10, x, y)

keras.utils.set_random_seed(104)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(8, activation="gelu"),
        keras.layers.Dense(2, bias_initializer="random_normal"),
    ]
)
adamw = keras.optimizers.AdamW(0.01, weight_decay=0.1, epsilon=1e-12)
adamw.exclude_from_weight_decay(var_names=["bias"])
reference.compile(adamw, "mse")

torch.manual_seed(104)
model = nn.Sequential(nn.Linear(5, 8), nn.GELU(), nn.Linear(8, 2))
no_decay = ["bias"]
groups = [
    {
        "params": [p for n, p in model.named_parameters() if not any(nd in n for nd in no_decay)],
        "weight_decay": 0.1,
    },
    {
        "params": [p for n, p in model.named_parameters() if any(nd in n for nd in no_decay)],
        "weight_decay": 0.0,
    },
]
optimizer = torch.optim.AdamW(groups, lr=0.01, eps=1e-12)
loop = TorchLoop(model, optimizer, nn.MSELoss())
EXPECTED = "equal"
