"""Metric learning in PyTorch: minus the mean cosine similarity."""

import keras
import torch
import torch.nn.functional as F
from loops.practice_data import cut, mlp, tabular
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = tabular(127, out=3)
batches = cut(10, x, y)
reference = mlp(127, 4, 3)
reference.compile(keras.optimizers.SGD(0.3, momentum=0.5), keras.losses.CosineSimilarity())
module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
optimizer = torch.optim.SGD(module.parameters(), lr=0.3, momentum=0.5)
loop = TorchLoop(module, optimizer, lambda out, y: -F.cosine_similarity(out, y, dim=-1).mean())

EXPECTED = "equal"
