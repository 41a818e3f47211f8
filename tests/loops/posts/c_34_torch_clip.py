"""PyTorch with clip_grad_norm_ between backward and step."""

import keras
import torch
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import TorchLoop

keras.utils.set_random_seed(134)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(2)]
)
reference.compile(keras.optimizers.SGD(0.1, global_clipnorm=0.5), "mse")
module = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
criterion = torch.nn.MSELoss()


def train_step(x, y):
    optimizer.zero_grad(set_to_none=True)
    loss = criterion(module(x), y)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(module.parameters(), 0.5)
    optimizer.step()
    return loss


loop = TorchLoop(module, optimizer, criterion, train_step=train_step)
batches = cut(*regression(134, k=2), 12)
EXPECTED = "equal"
