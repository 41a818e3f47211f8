"""running_loss / len(loader), with a smaller last batch."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2811)
keras.utils.set_random_seed(2811)
torch.manual_seed(2811)


class Loop(TorchLoop):
    def train_epoch(self, batches):
        running = 0.0
        for x, y in batches:
            running += self.train_step(x, y)
        return running / len(batches)


x = rng.normal(size=(35, 4)).astype("float32")
y = (x[:, :1] + 2 * (np.arange(35)[:, None] >= 32)).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 35, 16)]
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
EXPECTED = "The epoch's loss is the plain mean of the batches' losses, in which the smaller last batch counts as much as a full one."
STAGE = ("data",)
CAUSE = "last_batch_overweighted"
