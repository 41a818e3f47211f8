"""PoissonNLLLoss on rates, with Keras's epsilon."""

import keras
import torch
from keras import layers
from loops.port_data import net, reg
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = reg(126, positive=True)
reference = net(
    (4,),
    [layers.Dense(6, "tanh"), layers.Dense(1, "exponential")],
    keras.optimizers.SGD(0.02),
    "poisson",
    126,
)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(4, 6), nn.Linear(6, 1)

    def forward(self, x):
        return torch.exp(self.b(torch.tanh(self.a(x))))


module = Net()
loop = TorchLoop(
    module,
    torch.optim.SGD(module.parameters(), lr=0.02),
    nn.PoissonNLLLoss(log_input=False, eps=1e-7),
)

EXPECTED = "equal"
