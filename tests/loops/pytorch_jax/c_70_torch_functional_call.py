"""torch.func: gradients of a function of the parameters, which are written back."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from kerasfoundations.diagnose import TorchLoop

L = keras.layers
rng = np.random.default_rng(2221)
keras.utils.set_random_seed(2221)
torch.manual_seed(2221)

x = rng.normal(size=(46, 5)).astype("float32")
y = (x[:, :1] + x[:, 1:2] + 0.3 * rng.normal(size=(46, 1)) > 0).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), keras.losses.BinaryCrossentropy(from_logits=True))
module = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 1))


def compute_loss(params, x, y):
    return F.binary_cross_entropy_with_logits(torch.func.functional_call(module, params, (x,)), y)


def train_step(x, y):
    params = {name: p.detach() for name, p in module.named_parameters()}
    grads, loss = torch.func.grad_and_value(compute_loss)(params, x, y)
    with torch.no_grad():
        for name, p in module.named_parameters():
            p.copy_(params[name] - 0.1 * grads[name])
    return loss


loop = TorchLoop(module, train_step=train_step)
EXPECTED = "equal"
