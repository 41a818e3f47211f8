"""PyTorch loop without optimizer.zero_grad()."""

import keras
import torch
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import TorchLoop

keras.utils.set_random_seed(36)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.02), "mse")
net = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.02)
criterion = torch.nn.MSELoss()


def train_step(x, y):
    output = net(x)
    loss = criterion(output, y)
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(net, optimizer, criterion, train_step=train_step)
batches = cut(*regression(36), 12)
EXPECTED = "The gradients are never set to zero, so those of earlier batches add up."
STAGE = ("state", "gradients")
CAUSE = "gradients_accumulated"
