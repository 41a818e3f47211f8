"""A batch normalization of PyTorch with the biased moving variance of Keras."""

import torch
from torch import nn


class BatchNorm(nn.BatchNorm1d):
    def __init__(self, n, eps=1e-3, momentum=0.01):
        super().__init__(n, eps=eps, momentum=momentum)

    def forward(self, x):
        if not self.training:
            return super().forward(x)
        mean, var = x.mean(0), x.var(0, unbiased=False)
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(var, self.momentum)
        return (x - mean) / torch.sqrt(var + self.eps) * self.weight + self.bias
