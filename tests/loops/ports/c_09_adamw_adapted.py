"""AdamW with the reference's decay and an epsilon that plays no part."""

import keras
import torch
from keras import layers
from loops.port_data import labels, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = labels(109)
reference = net(
    (5,),
    [layers.Dense(8, "tanh"), layers.Dense(3)],
    keras.optimizers.AdamW(0.01, weight_decay=0.1, beta_2=0.99, epsilon=1e-10),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    109,
)
module = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 3))
loop = TorchLoop(
    module,
    torch.optim.AdamW(module.parameters(), lr=0.01, betas=(0.9, 0.99), weight_decay=0.1, eps=1e-10),
    nn.CrossEntropyLoss(),
)

EXPECTED = "equal"
