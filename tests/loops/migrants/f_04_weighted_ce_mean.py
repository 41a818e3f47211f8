"""Class weights given to nn.CrossEntropyLoss, in a port of fit(class_weight=...)."""

import keras
import numpy as np
import torch
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "CrossEntropyLoss(weight=...) divides by the sum of the class weights of the batch, Keras by the number of samples"
STAGE = ("reduction",)
class_weight = np.float32([1.0, 2.5, 0.5])
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(7, "relu"), D(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = [(x, y, class_weight[y]) for x, y in labels(4)]
module = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.ReLU(), torch.nn.Linear(7, 3))
loss = torch.nn.CrossEntropyLoss(weight=torch.tensor(class_weight))
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), loss)
CAUSE = "sample_weights_normalized"
