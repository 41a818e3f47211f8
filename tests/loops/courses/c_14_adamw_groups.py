"""Fine-tuning recipe: AdamW with a parameter group without decay for biases and norms."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import regression


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(4, 6)
        self.norm = torch.nn.LayerNorm(6, eps=1e-3)
        self.fc2 = torch.nn.Linear(6, 1)

    def forward(self, x):
        return self.fc2(torch.tanh(self.norm(self.fc1(x))))


module = Net()
decay = [p for p in module.parameters() if p.ndim > 1]
no_decay = [p for p in module.parameters() if p.ndim == 1]
optimizer = torch.optim.AdamW(
    [{"params": decay, "weight_decay": 0.1}, {"params": no_decay, "weight_decay": 0.0}],
    lr=0.01,
    eps=1e-10,
)
loop = TorchLoop(module, optimizer, torch.nn.MSELoss())
keras.utils.set_random_seed(114)
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(6),
        keras.layers.LayerNormalization(),
        keras.layers.Activation("tanh"),
        keras.layers.Dense(1),
    ]
)
adamw = keras.optimizers.AdamW(0.01, weight_decay=0.1, epsilon=1e-10)
adamw.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
reference.compile(adamw, "mse")
batches = regression(114)

EXPECTED = "equal"
