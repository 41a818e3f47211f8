"""torch.optim.Adam(weight_decay=...) where the paper used AdamW."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import mlp, regression

module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.Tanh(), torch.nn.Linear(6, 1))
optimizer = torch.optim.Adam(module.parameters(), lr=0.01, weight_decay=0.1, eps=1e-10)
loop = TorchLoop(module, optimizer, torch.nn.MSELoss())
reference = mlp([4, 6, 1])
reference.compile(keras.optimizers.AdamW(0.01, weight_decay=0.1, epsilon=1e-10), "mse")
batches = regression(17)

EXPECTED = "Adam's weight_decay is added to the gradient (L2, coupled), where the reference's AdamW decays the weights apart from the gradient."
STAGE = ("update", "gradients")
CAUSE = "decay_coupled"
