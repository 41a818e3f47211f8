"""CrossEntropyLoss(label_smoothing) on argmax labels, and the L2 penalty written out over the kernels."""

import keras
import torch
from loops.framework_data import L, build, table
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = table(kind="onehot", out=4)
l2 = keras.regularizers.L2(0.02)
reference = build(
    (4,),
    L.Dense(6, "relu", kernel_regularizer=l2),
    L.Dense(4, kernel_regularizer=l2),
    opt=keras.optimizers.SGD(0.1),
    loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
)
net = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 4))
criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)


def penalty():
    return sum(p.square().sum() for name, p in net.named_parameters() if "weight" in name)


def train_step(x, y):
    optimizer.zero_grad()
    loss = criterion(net(x), y.argmax(1)) + 0.02 * penalty()
    loss.backward()
    optimizer.step()
    return loss


loop = TorchLoop(net, optimizer, train_step=train_step)
EXPECTED = "equal"
