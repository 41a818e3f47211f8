"""PyTorch port of a network with LayerNormalization."""

import keras
import torch
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import TorchLoop

keras.utils.set_random_seed(37)
reference = keras.Sequential(
    [
        keras.Input((6,)),
        layers.Dense(8),
        layers.LayerNormalization(),
        layers.ReLU(),
        layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = torch.nn.Sequential(
    torch.nn.Linear(6, 8), torch.nn.LayerNorm(8), torch.nn.ReLU(), torch.nn.Linear(8, 1)
)
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.05), torch.nn.MSELoss())
batches = cut(*regression(37, d=6), 12)
EXPECTED = "LayerNorm keeps PyTorch's epsilon of 1e-5, Keras's is 1e-3."
STAGE = ("outputs",)
CAUSE = "normalization_epsilon"
