"""A trainer that counts batches and steps StepLR at the end of each epoch, as Keras's staircase decay does."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, schedules, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
rate = schedules.ExponentialDecay(0.1, len(batches), 0.5, staircase=True)
reference = build((4,), L.Dense(6, "tanh"), L.Dense(1), opt=keras.optimizers.SGD(rate), loss="mse")


class Trainer:
    def __init__(self, net, steps_per_epoch):
        self.net, self.steps_per_epoch, self.global_step = net, steps_per_epoch, 0
        self.optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        self.scheduler = torch.optim.lr_scheduler.StepLR(self.optimizer, step_size=1, gamma=0.5)

    def training_step(self, x, y):
        self.optimizer.zero_grad()
        loss = F.mse_loss(self.net(x), y)
        loss.backward()
        self.optimizer.step()
        self.global_step += 1
        if self.global_step % self.steps_per_epoch == 0:
            self.scheduler.step()
        return loss


trainer = Trainer(nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1)), len(batches))
loop = TorchLoop(trainer.net, train_step=trainer.training_step)
EXPECTED = "equal"
