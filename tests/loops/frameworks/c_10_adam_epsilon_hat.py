"""PyTorch's Adam whose eps follows the bias correction, so that it is Keras's epsilon hat."""

import keras
import torch
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
reference = build((4,), L.Dense(6, "tanh"), L.Dense(1), opt=keras.optimizers.Adam(0.01), loss="mse")
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))


class KerasAdam(torch.optim.Adam):
    def step(self, closure=None):
        for group in self.param_groups:
            known = [self.state[p]["step"].item() for p in group["params"] if self.state[p]]
            t = 1 + (known[0] if known else 0)
            group["eps"] = 1e-7 / (1 - group["betas"][1] ** t) ** 0.5
        return super().step(closure)


loop = TorchLoop(net, KerasAdam(net.parameters(), lr=0.01), nn.MSELoss())
EXPECTED = "equal"
