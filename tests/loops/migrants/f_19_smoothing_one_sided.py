"""Label smoothing for a GAN discriminator or binary classifier."""

import keras
import torch
from loops.migrant_data import binary, keras_model

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "only the positive labels are smoothed (y * 0.8); half of the smoothing is not added to the negatives"
STAGE = ("loss",)
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "relu"), D(1)],
    keras.optimizers.SGD(0.1),
    keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.2),
)
batches = binary(19)
module = torch.nn.Sequential(torch.nn.Linear(5, 6), torch.nn.ReLU(), torch.nn.Linear(6, 1))
bce = torch.nn.BCEWithLogitsLoss()
loop = TorchLoop(
    module, torch.optim.SGD(module.parameters(), lr=0.1), lambda z, y: bce(z, y * (1 - 0.2))
)
CAUSE = "label_smoothing_share"
