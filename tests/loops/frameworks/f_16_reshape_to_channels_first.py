"""NHWC images brought to NCHW by reshape (view) instead of permute, in a functional network of a dict of tensors."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from loops.framework_data import L, build, images, sparse_ce

torch.manual_seed(0)
batches = images(side=6)
reference = build(
    (6, 6, 2),
    L.Conv2D(3, 3, activation="tanh"),
    L.GlobalAveragePooling2D(),
    L.Dense(3),
    opt=keras.optimizers.SGD(0.2),
    loss=sparse_ce(),
)


class Functional:
    def __init__(self):
        self.p = {
            "kernel": torch.zeros(3, 3, 2, 3),
            "bias": torch.zeros(3),
            "w": torch.zeros(3, 3),
            "b": torch.zeros(3),
        }

    def get_weights(self):
        return [v.detach().numpy().copy() for v in self.p.values()]

    def set_weights(self, arrays):
        self.p = {k: torch.tensor(np.array(a)) for k, a in zip(self.p, arrays)}

    def forward(self, p, x):
        n, h, w, c = x.shape
        x = torch.as_tensor(np.asarray(x)).reshape(n, c, h, w)
        x = torch.tanh(F.conv2d(x, p["kernel"].permute(3, 2, 0, 1), p["bias"]))
        return x.mean((2, 3)) @ p["w"] + p["b"]

    def predict(self, x):
        return self.forward(self.p, x).numpy()

    def train_step(self, x, y):
        p = {k: v.clone().requires_grad_() for k, v in self.p.items()}
        loss = F.cross_entropy(self.forward(p, x), torch.as_tensor(np.asarray(y)).long())
        grads = torch.autograd.grad(loss, list(p.values()))
        self.p = {k: v.detach() - 0.2 * g for (k, v), g in zip(p.items(), grads)}
        return loss.item()


loop = Functional()
EXPECTED = "the images are reshaped from NHWC to NCHW instead of transposed, which mixes pixels and channels"
STAGE = ("outputs",)
CAUSE = "axes_mixed"
