"""Two parameter groups, no decay for biases, as in transformer scripts."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
adamw = keras.optimizers.AdamW(0.02, weight_decay=0.2, epsilon=1e-12)
adamw.exclude_from_weight_decay(var_names=["bias"])
reference = keras_model([(4,), D(6, "relu"), D(1)], adamw, "mse")
batches = regression(124)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
no_decay = ["bias", "LayerNorm.weight"]
named = list(module.named_parameters())
groups = [
    {"params": [p for n, p in named if not any(s in n for s in no_decay)], "weight_decay": 0.2},
    {"params": [p for n, p in named if any(s in n for s in no_decay)], "weight_decay": 0.0},
]
loop = TorchLoop(module, torch.optim.AdamW(groups, lr=0.02, eps=1e-12), torch.nn.MSELoss())
