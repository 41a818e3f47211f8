"""AdamW with one group for all parameters, where the original excludes biases."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "weight decay is applied to the biases too, which the reference excludes"
STAGE = ("update",)
D = keras.layers.Dense
adamw = keras.optimizers.AdamW(0.02, weight_decay=0.2, epsilon=1e-12)
adamw.exclude_from_weight_decay(var_names=["bias"])
reference = keras_model([(4,), D(6, "relu"), D(1)], adamw, "mse")
batches = regression(22)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
groups = [{"params": [p for p in module.parameters() if p.requires_grad], "weight_decay": 0.2}]
loop = TorchLoop(module, torch.optim.AdamW(groups, lr=0.02, eps=1e-12), torch.nn.MSELoss())
CAUSE = "decay_exclusions"
