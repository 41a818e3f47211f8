"""Parameter groups: biases and normalization without weight decay, as exclude_from_weight_decay."""

import keras
import torch
from keras import layers
from loops.port_data import labels, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = labels(130)
optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.2, epsilon=1e-10)
reference = net(
    (5,),
    [
        layers.Dense(8),
        layers.LayerNormalization(epsilon=1e-5),
        layers.Activation("tanh"),
        layers.Dense(3),
    ],
    optimizer,
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    130,
)
optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
module = nn.Sequential(nn.Linear(5, 8), nn.LayerNorm(8), nn.Tanh(), nn.Linear(8, 3))
decayed = [p for p in module.parameters() if p.ndim > 1]
others = [p for p in module.parameters() if p.ndim == 1]
groups = [{"params": decayed, "weight_decay": 0.2}, {"params": others, "weight_decay": 0.0}]
loop = TorchLoop(module, torch.optim.AdamW(groups, lr=0.01, eps=1e-10), nn.CrossEntropyLoss())

EXPECTED = "equal"
