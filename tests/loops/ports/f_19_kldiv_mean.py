"""Knowledge distillation; PyTorch itself warns about it."""

import keras
import numpy as np
import torch
from keras import layers
from loops.port_data import net, parts
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
rng = np.random.default_rng(19)
x = rng.normal(size=(36, 5)).astype("float32")
y = rng.dirichlet(np.ones(4), 36).astype("float32")
batches = parts(14, x, y)
reference = net(
    (5,),
    [layers.Dense(6, "relu"), layers.Dense(4, "softmax")],
    keras.optimizers.SGD(0.2),
    "kl_divergence",
    19,
)
module = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 4), nn.Softmax(dim=-1))
criterion = nn.KLDivLoss()
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.2), lambda p, y: criterion(p.log(), y)
)

EXPECTED = 'KLDivLoss with its default reduction "mean" divides by all elements, that is, also by the number of classes; "batchmean" was meant.'
STAGE = ("reduction", "loss")
CAUSE = "loss_averaged_over_outputs"
