"""torch.optim.Adam(weight_decay=...) as the port of AdamW."""

import keras
import torch
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import TorchLoop

keras.utils.set_random_seed(38)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(8, activation="tanh"), layers.Dense(1)]
)
reference.compile(keras.optimizers.AdamW(0.01, weight_decay=0.05, epsilon=1e-10), "mse")
module = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
optimizer = torch.optim.Adam(module.parameters(), lr=0.01, weight_decay=0.05, eps=1e-10)
loop = TorchLoop(module, optimizer, torch.nn.MSELoss())
batches = cut(*regression(38), 12)
EXPECTED = "torch.optim.Adam adds the weight decay to the gradient (L2), where AdamW decouples it from the moments."
STAGE = ("update",)
CAUSE = "decay_coupled"
