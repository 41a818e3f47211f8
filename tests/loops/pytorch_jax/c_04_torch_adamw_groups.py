"""Two parameter groups, biases without decay, as exclude_from_weight_decay."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1928)
keras.utils.set_random_seed(1928)
torch.manual_seed(1928)

x = rng.normal(size=(45, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(45, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 45, 12)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(10, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.AdamW(0.01, weight_decay=0.1, epsilon=1e-12), "mse")
reference.optimizer.exclude_from_weight_decay(var_names=["bias"])
module = nn.Sequential(nn.Linear(5, 10), nn.Tanh(), nn.Linear(10, 1))
groups = [
    {
        "params": [p for n, p in module.named_parameters() if n.endswith("weight")],
        "weight_decay": 0.1,
    },
    {
        "params": [p for n, p in module.named_parameters() if n.endswith("bias")],
        "weight_decay": 0.0,
    },
]
loop = TorchLoop(module, torch.optim.AdamW(groups, lr=0.01, eps=1e-12), nn.MSELoss())
EXPECTED = "equal"
