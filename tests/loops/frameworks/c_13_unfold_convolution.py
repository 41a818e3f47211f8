"""A convolution as im2col: F.unfold and a matrix product, channels first inside, Keras's weights outside."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, images, sparse_ce

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


class Im2Col:
    def __init__(self):
        self.weights = [torch.zeros(3, 3, 2, 3), torch.zeros(3), torch.zeros(48, 3), torch.zeros(3)]

    def get_weights(self):
        return [w.detach().numpy().copy() for w in self.weights]

    def set_weights(self, arrays):
        self.weights = [torch.tensor(np.array(a)) for a in arrays]

    def forward(self, weights, x):
        k, b, w, c = weights
        x = torch.as_tensor(np.asarray(x)).movedim(-1, 1)
        columns = F.unfold(x, 3)  # n, 2 * 3 * 3, 16
        kernel = k.permute(2, 0, 1, 3).reshape(18, 3)
        h = torch.relu(columns.transpose(1, 2) @ kernel + b)  # n, 16, 3: channels last again
        return h.reshape(len(h), -1) @ w + c

    def predict(self, x):
        return self.forward(self.weights, x).numpy()

    def train_step(self, x, y):
        weights = [w.detach().requires_grad_() for w in self.weights]
        loss = F.cross_entropy(self.forward(weights, x), torch.as_tensor(np.asarray(y)).long())
        slopes = torch.autograd.grad(loss, weights)
        self.weights = [(w - 0.1 * s).detach() for w, s in zip(weights, slopes)]
        return loss.item()


loop = Im2Col()
EXPECTED = "equal"
