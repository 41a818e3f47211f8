"""All parameters in one vector: parameters_to_vector, one autograd.grad, vector_to_parameters."""

import keras
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, sparse_ce, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from torch.nn.utils import parameters_to_vector, vector_to_parameters

batches = table(kind="cls", out=3)
reference = build(
    (4,), L.Dense(6, "relu"), L.Dense(3), opt=keras.optimizers.SGD(0.1), loss=sparse_ce()
)
net = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3))


def train_step(x, y):
    loss = F.cross_entropy(net(x), y.long())
    slope = torch.cat([g.reshape(-1) for g in torch.autograd.grad(loss, list(net.parameters()))])
    with torch.no_grad():
        theta = parameters_to_vector(net.parameters())
        vector_to_parameters(theta - 0.1 * slope, net.parameters())
    return loss.detach()


loop = TorchLoop(net, train_step=train_step)
EXPECTED = "equal"
