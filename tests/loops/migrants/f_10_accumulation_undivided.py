"""Gradient accumulation over two batches, as in many PyTorch threads."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "the loss is not divided by the number of accumulated batches, so gradients are summed instead of averaged"
STAGE = ("update", "gradients")
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(0.05, gradient_accumulation_steps=2), "mse"
)
batches = regression(10)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))


class Trainer:
    def __init__(self, model, accumulate=2):
        self.model, self.accumulate, self.count = model, accumulate, 0
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
        self.criterion = torch.nn.MSELoss()

    def step(self, x, y):
        loss = self.criterion(self.model(x), y)
        loss.backward()
        self.count += 1
        if self.count % self.accumulate == 0:
            self.optimizer.step()
            self.optimizer.zero_grad()
        return loss


loop = TorchLoop(module, train_step=Trainer(module).step)
CAUSE = "accumulation_summed"
