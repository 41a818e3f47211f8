"""running_loss / len(loader): the epoch's loss as the plain mean of the batch means, with a smaller last batch."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import torch
from torch import nn

rng = np.random.default_rng(20)
x = rng.normal(size=(27, 4)).astype("float32")
y = (x.sum(axis=1, keepdims=True) + rng.normal(size=(27, 1))).astype("float32")
y[24:] += 4
batches = batched(8, x, y)

keras.utils.set_random_seed(20)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(6, activation="tanh"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")


class Trainer:
    """A trainer such as many repositories have."""

    def __init__(self):
        torch.manual_seed(20)
        self.net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.05)
        self.criterion = nn.MSELoss()

    def get_weights(self):
        return [p.detach().numpy().T.copy() for p in self.net.parameters()]

    def set_weights(self, weights):
        with torch.no_grad():
            for p, w in zip(self.net.parameters(), weights):
                p.copy_(torch.tensor(np.asarray(w).T.copy()))

    def train_step(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.net(torch.tensor(np.asarray(x))), torch.tensor(np.asarray(y)))
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def train_epoch(self, batches):
        running_loss = 0.0
        for x, y in batches:
            running_loss += self.train_step(x, y)
        return running_loss / len(batches)


loop = Trainer()
EXPECTED = "The epoch's loss is the mean of the batch losses, which counts the smaller last batch like a full one, where fit weights each batch by its size."
STAGE = ("data",)
CAUSE = "last_batch_overweighted"
