"""Per-sample gradients with torch.func (functional_call, vmap, grad), averaged by hand."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table()
reference = build((4,), L.Dense(6, "tanh"), L.Dense(1), opt=keras.optimizers.SGD(0.1), loss="mse")
net = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))


def loss_of(params, x, y):
    out = torch.func.functional_call(net, params, (x.unsqueeze(0),))
    return F.mse_loss(out, y.unsqueeze(0))


per_sample = torch.func.vmap(torch.func.grad_and_value(loss_of), in_dims=(None, 0, 0))


def train_step(x, y):
    params = {k: v.detach() for k, v in net.named_parameters()}
    grads, losses = per_sample(params, x, y)
    with torch.no_grad():
        for name, p in net.named_parameters():
            p -= 0.1 * grads[name].mean(0)
    return losses.mean()


loop = TorchLoop(net, train_step=train_step)
EXPECTED = "equal"
