"""Warm-up and cosine decay with LambdaLR, as in fine-tuning scripts."""

import math

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
rate = keras.optimizers.schedules.CosineDecay(
    0.01, decay_steps=20, warmup_target=0.1, warmup_steps=3
)
reference = keras_model([(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(rate), "mse")
batches = regression(114)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
optimizer = torch.optim.SGD(module.parameters(), lr=0.1)


def warmup_cosine(step):
    if step < 3:
        return 0.1 + 0.9 * step / 3
    return 0.5 * (1 + math.cos(math.pi * min(step - 3, 20) / 20))


scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, warmup_cosine)


def train_step(x, y):
    loss = torch.nn.functional.mse_loss(module(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    scheduler.step()
    return loss


loop = TorchLoop(module, train_step=train_step)
