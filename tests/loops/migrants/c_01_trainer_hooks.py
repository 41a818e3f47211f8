"""A PyTorch trainer with hooks, in the style of detection frameworks."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model([(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(0.05), "mse")
batches = regression(101)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))


class Hook:
    def before_step(self, trainer):
        pass

    def after_backward(self, trainer):
        pass

    def after_step(self, trainer):
        pass


class OptimizerHook(Hook):
    def before_step(self, trainer):
        trainer.optimizer.zero_grad(set_to_none=True)

    def after_backward(self, trainer):
        trainer.optimizer.step()


class LogHook(Hook):
    def after_step(self, trainer):
        trainer.history.append(trainer.loss.item())


class Trainer:
    def __init__(self, model, optimizer, criterion, hooks):
        self.model, self.optimizer, self.criterion = model, optimizer, criterion
        self.hooks, self.history = hooks, []

    def call(self, name):
        for hook in self.hooks:
            getattr(hook, name)(self)

    def run_step(self, x, y):
        self.call("before_step")
        self.loss = self.criterion(self.model(x), y)
        self.loss.backward()
        self.call("after_backward")
        self.call("after_step")
        return self.loss


trainer = Trainer(
    module,
    torch.optim.SGD(module.parameters(), lr=0.05),
    torch.nn.MSELoss(),
    [OptimizerHook(), LogHook()],
)
loop = TorchLoop(module, train_step=trainer.run_step)
