"""A fit with a DataLoader that keeps the last batch and weighs the losses by size."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2098)
keras.utils.set_random_seed(2098)
torch.manual_seed(2098)


class Loop(TorchLoop):
    def fit(self, x, y, batch_size):
        data = torch.utils.data.TensorDataset(torch.as_tensor(x), torch.as_tensor(y))
        total = 0.0
        for xs, ys in torch.utils.data.DataLoader(data, batch_size=batch_size):
            total += float(self.train_step(xs.numpy(), ys.numpy())) * xs.size(0)
        return total / len(data)


x = rng.normal(size=(46, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(46, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 1))
loop = Loop(module, torch.optim.SGD(module.parameters(), lr=0.05), nn.MSELoss())
EXPECTED = "equal"
