"""PyTorch class weights averaged over the batch, as Keras does."""

import keras
import numpy as np
import torch
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import TorchLoop

keras.utils.set_random_seed(136)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(3)]
)
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
class_weight = [0.5, 1.0, 3.0]
module = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
criterion = torch.nn.CrossEntropyLoss(weight=torch.tensor(class_weight), reduction="none")
loop = TorchLoop(
    module,
    torch.optim.SGD(module.parameters(), lr=0.1),
    lambda outputs, y: criterion(outputs, y).mean(),
)
x, y = classes(136, dtype="int64")
batches = cut(x, y, 12, np.float32(class_weight)[y])
EXPECTED = "equal"
