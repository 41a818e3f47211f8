"""Adam written out on PyTorch tensors as Keras computes it."""

import keras
import torch
import torch.nn.functional as F
from keras import layers
from loops.port_data import labels, net
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = labels(102)
reference = net(
    (5,),
    [layers.Dense(6, "tanh"), layers.Dense(3)],
    keras.optimizers.Adam(0.01, epsilon=0.01),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    102,
)
module = nn.Sequential(nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 3))
moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p in module.parameters()]
t = 0


def train_step(x, y):
    global t
    t += 1
    loss = F.cross_entropy(module(x), y)
    grads = torch.autograd.grad(loss, list(module.parameters()))
    rate = 0.01 * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    with torch.no_grad():
        for p, g, (m, v) in zip(module.parameters(), grads, moments):
            m.lerp_(g, 0.1)
            v.mul_(0.999).addcmul_(g, g, value=0.001)
            p.sub_(rate * m / (v.sqrt() + 0.01))
    return loss.item()


loop = TorchLoop(module, train_step=train_step)

EXPECTED = "equal"
