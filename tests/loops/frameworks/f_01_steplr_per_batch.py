"""A trainer class whose scheduler.step() has slipped from the epoch loop into the batch loop (forum question: "learning rate goes to zero")."""

import keras
import torch
from loops.framework_data import L, build, schedules, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
rate = schedules.ExponentialDecay(0.1, len(batches), 0.5, staircase=True)
reference = build((4,), L.Dense(6, "tanh"), L.Dense(1), opt=keras.optimizers.SGD(rate), loss="mse")


class Trainer:
    def __init__(self, net):
        self.net = net
        self.optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        self.scheduler = torch.optim.lr_scheduler.StepLR(self.optimizer, step_size=1, gamma=0.5)
        self.criterion = nn.MSELoss()

    def training_step(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.net(x), y)
        loss.backward()
        self.optimizer.step()
        self.scheduler.step()
        return loss


trainer = Trainer(nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1)))
loop = TorchLoop(trainer.net, train_step=trainer.training_step)
EXPECTED = "the StepLR scheduler is stepped after every batch instead of after every epoch, so the learning rate decays too fast"
STAGE = ("state", "update")
CAUSE = "schedule_pace"
