"""A PyTorch step with clip_grad_norm_, momentum and an L2 penalty written into the loss."""

import keras
import numpy as np
import torch

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"

keras.utils.set_random_seed(143)
torch.manual_seed(143)
rng = np.random.default_rng(143)
x = rng.normal(size=(27, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 2))) + 0.1 * rng.normal(size=(27, 2))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 27, 8)]


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(4, 7)
        self.norm = torch.nn.LayerNorm(7, eps=1e-3)
        self.fc2 = torch.nn.Linear(7, 2)

    def forward(self, x):
        return self.fc2(torch.relu(self.norm(self.fc1(x))))


net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)


def train_step(x, y):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(net(x), y) + 0.01 * net.fc1.weight.pow(2).sum()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    optimizer.step()
    return loss


loop = TorchLoop(net, train_step=train_step)
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(7, kernel_regularizer=keras.regularizers.L2(0.01)),
        keras.layers.LayerNormalization(),
        keras.layers.Activation("relu"),
        keras.layers.Dense(2),
    ]
)
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9, global_clipnorm=0.5), "mse")
