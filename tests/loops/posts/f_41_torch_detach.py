"""PyTorch autoencoder, "code.detach()" left from debugging."""

import keras
import numpy as np
import torch
from keras import layers
from loops.post_data import cut
from torch import nn

from kerasfoundations.diagnose import TorchLoop

keras.utils.set_random_seed(41)
reference = keras.Sequential(
    [keras.Input((8,)), layers.Dense(4, activation="relu"), layers.Dense(8)]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(8, 4)
        self.decoder = nn.Linear(4, 8)

    def forward(self, x):
        code = torch.relu(self.encoder(x)).detach()
        return self.decoder(code)


module = Autoencoder()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), nn.MSELoss())
x = np.random.default_rng(41).normal(size=(40, 8)).astype("float32")
batches = cut(x, x, 12)
EXPECTED = "detach() cuts the graph between encoder and decoder, so the encoder gets no gradient."
STAGE = ("gradients",)
CAUSE = "frozen_variable"
