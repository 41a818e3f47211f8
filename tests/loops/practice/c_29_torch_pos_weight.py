"""PyTorch: BCEWithLogitsLoss with pos_weight for a rare class."""

import keras
import tensorflow as tf
import torch
from loops.practice_data import cut, mlp, rare
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = rare(129)
batches = cut(11, x, y)


def weighted_bce(y_true, y_pred):
    return tf.reduce_mean(
        tf.nn.weighted_cross_entropy_with_logits(y_true, y_pred, pos_weight=3.0), axis=-1
    )


reference = mlp(129, 4, 1)
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), weighted_bce)
module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 1))
loss = nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0]))
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1, momentum=0.9), loss)

EXPECTED = "equal"
