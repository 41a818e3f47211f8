"""DataLoader(drop_last=True)."""

import keras
import numpy as np
import torch
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(1607)
keras.utils.set_random_seed(1607)
torch.manual_seed(1607)


class Loop(TorchLoop):
    def fit(self, x, y, batch_size):
        data = torch.utils.data.TensorDataset(torch.as_tensor(x), torch.as_tensor(y))
        loader = torch.utils.data.DataLoader(data, batch_size=batch_size, drop_last=True)
        total = seen = 0
        for xs, ys in loader:
            total += self.train_step(xs.numpy(), ys.numpy()) * len(xs)
            seen += len(xs)
        return total / seen


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
EXPECTED = "The smaller last batch is dropped (drop_last=True)."
STAGE = ("data",)
CAUSE = "last_batch_dropped"
