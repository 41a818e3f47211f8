"""PyTorch gradient accumulation as first asked on the forum."""

import keras
import torch
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import TorchLoop

keras.utils.set_random_seed(20)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(8, activation="tanh"), layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05, gradient_accumulation_steps=2), "mse")
module = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.05)
criterion = torch.nn.MSELoss()
accumulation_steps = 2
count = 0


def train_step(x, y):
    global count
    loss = criterion(module(x), y)
    loss.backward()
    count += 1
    if count % accumulation_steps == 0:
        optimizer.step()
        optimizer.zero_grad()
    return loss


loop = TorchLoop(module, optimizer, criterion, train_step=train_step)
batches = cut(*regression(20, n=58), 16)
EXPECTED = "The loss is not divided by the number of accumulated batches, so their gradients are summed, not averaged."
STAGE = ("update", "gradients")
CAUSE = "accumulation_summed"
