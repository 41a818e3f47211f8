"""A trainer that reports epoch_loss / len(loader)."""

import keras
import torch
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "the epoch's loss is the mean of the batch means, though the last batch is smaller; Keras weights batches by their samples"
STAGE = ("data",)
D = keras.layers.Dense
reference = keras_model([(4,), D(6, "relu"), D(1)], keras.optimizers.SGD(0.05), "mse")
batches = regression(21)
module = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))


class Trainer(TorchLoop):
    def train_epoch(self, loader):
        epoch_loss = 0.0
        for x, y in loader:
            epoch_loss += float(self.train_step(x, y))
        return epoch_loss / len(loader)


loop = Trainer(module, torch.optim.SGD(module.parameters(), lr=0.05), torch.nn.MSELoss())
CAUSE = "last_batch_overweighted"
