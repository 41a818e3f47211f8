"""running_loss += loss.item(), printed without a division."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2537)
keras.utils.set_random_seed(2537)
torch.manual_seed(2537)


class Loop(TorchLoop):
    def train_epoch(self, batches):
        running = 0.0
        for x, y in batches:
            running += self.train_step(x, y)
        return running


x = rng.normal(size=(44, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(44, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 44, 12)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.02), "mse")
module = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
loop = Loop(module, torch.optim.SGD(module.parameters(), lr=0.02), nn.MSELoss())
EXPECTED = "The epoch's loss is the sum over its batches, not divided by anything."
STAGE = ("data",)
CAUSE = "epoch_loss_summed"
