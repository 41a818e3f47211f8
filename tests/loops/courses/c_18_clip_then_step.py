"""clip_grad_norm_ between backward and step."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import mlp, regression

model = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.Tanh(), torch.nn.Linear(8, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
criterion = torch.nn.MSELoss()


def train_step(x, y):
    model.train()
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.5)
    optimizer.step()
    return loss.item()


loop = TorchLoop(model, train_step=train_step)
reference = mlp([5, 8, 2])
reference.compile(keras.optimizers.SGD(0.1, global_clipnorm=0.5), "mse")
batches = [(x, 3 * y) for x, y in regression(118, d=5, k=2)]

EXPECTED = "equal"
