"""Probabilistic forecast in PyTorch: mean over three quantiles, Adagrad with Keras's starting value."""

import keras
import tensorflow as tf
import torch
from loops.practice_data import cut, mlp, windows
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = windows(104)
batches = cut(10, x[..., 0], y)
quantiles = [0.1, 0.5, 0.9]


def pinball(y_true, y_pred):
    e = y_true - y_pred
    q = tf.constant(quantiles)
    return tf.reduce_mean(tf.maximum(q * e, (q - 1) * e), axis=-1)


reference = mlp(104, 6, 3)
reference.compile(keras.optimizers.Adagrad(0.05), pinball)
module = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3))
optimizer = torch.optim.Adagrad(
    module.parameters(), lr=0.05, initial_accumulator_value=0.1, eps=1e-7
)


def loss(out, y):
    e = y - out
    return torch.stack(
        [torch.max(q * e[:, i], (q - 1) * e[:, i]) for i, q in enumerate(quantiles)], 1
    ).mean()


loop = TorchLoop(module, optimizer, loss)

EXPECTED = "equal"
