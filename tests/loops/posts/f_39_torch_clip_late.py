"""clip_grad_norm_ in the wrong place."""

import keras
import torch
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import TorchLoop

keras.utils.set_random_seed(39)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(2)]
)
reference.compile(keras.optimizers.SGD(0.1, global_clipnorm=0.2), "mse")
module = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
criterion = torch.nn.MSELoss()


def train_step(x, y):
    optimizer.zero_grad()
    loss = criterion(module(x), y)
    loss.backward()
    optimizer.step()
    torch.nn.utils.clip_grad_norm_(module.parameters(), max_norm=0.2)
    return loss


loop = TorchLoop(module, optimizer, criterion, train_step=train_step)
batches = cut(*regression(39, k=2), 12)
EXPECTED = "The gradients are clipped after optimizer.step(), too late to have an effect."
STAGE = ("update",)
CAUSE = "clipping_missing"
