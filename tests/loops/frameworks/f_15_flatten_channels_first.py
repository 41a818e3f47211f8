"""A converter of Keras weights to PyTorch that transposes the dense kernel but forgets that Keras flattens with the channels last."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, images, sparse_ce
from torch import nn

torch.manual_seed(0)
batches = images(side=6)
reference = build(
    (6, 6, 2),
    L.Conv2D(3, 3, activation="relu"),
    L.Flatten(),
    L.Dense(3),
    opt=keras.optimizers.SGD(0.1),
    loss=sparse_ce(),
)


class Port:
    """Keras's weights in, a PyTorch network, Keras's weights out."""

    def __init__(self):
        self.conv = nn.Conv2d(2, 3, 3)
        self.fc = nn.Linear(4 * 4 * 3, 3)
        self.parameters = [*self.conv.parameters(), *self.fc.parameters()]
        self.optimizer = torch.optim.SGD(self.parameters, lr=0.1)

    def set_weights(self, weights):
        k, b, w, c = (torch.tensor(np.array(a)) for a in weights)
        with torch.no_grad():
            for p, value in zip(self.parameters, [k.permute(3, 2, 0, 1), b, w.T, c]):
                p.copy_(value)

    def get_weights(self):
        k, b, w, c = (p.detach().numpy().copy() for p in self.parameters)
        return [k.transpose(2, 3, 1, 0), b, w.T, c]

    def forward(self, x):
        x = torch.as_tensor(np.asarray(x)).permute(0, 3, 1, 2)
        return self.fc(torch.flatten(F.relu(self.conv(x)), 1))

    def predict(self, x):
        with torch.no_grad():
            return self.forward(x).numpy()

    def train_step(self, x, y):
        self.optimizer.zero_grad()
        loss = F.cross_entropy(self.forward(x), torch.as_tensor(np.asarray(y)).long())
        loss.backward()
        self.optimizer.step()
        return loss.item()


loop = Port()
EXPECTED = "the feature maps are flattened with the channels first, while the dense kernel expects Keras's order, channels last"
STAGE = ("outputs",)
CAUSE = "flatten_order"
