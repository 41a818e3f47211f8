"""PyTorch text classifier with class weights for an imbalanced set."""

import keras
import numpy as np
import torch
from loops.practice_data import cut, labelled, mlp
from torch import nn

from kerasfoundations.diagnose import TorchLoop

x, y = labelled(10)
class_weight = np.array([0.5, 1.0, 3.0], "float32")
batches = cut(10, x, y, class_weight[y])
reference = mlp(10, 4, 3, "softmax")
reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
module = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
criterion = nn.CrossEntropyLoss(weight=torch.tensor(class_weight))
loss_fn = lambda out, y: criterion(out, y.long())
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), loss_fn)
EXPECTED = "CrossEntropyLoss(weight=...) divides by the sum of the weights of the batch; Keras divides the weighted losses by the number of samples."
STAGE = ("reduction",)
CAUSE = "sample_weights_normalized"
