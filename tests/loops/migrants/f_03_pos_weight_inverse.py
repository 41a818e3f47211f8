"""BCEWithLogitsLoss with pos_weight for unbalanced classes, from a forum thread."""

import keras
import torch
from loops.migrant_data import binary, keras_model

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "pos_weight is positives over negatives (1/3) where it should be negatives over positives (3), so positives get the wrong weight"
STAGE = ("loss", "reduction")
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "tanh"), D(1)],
    keras.optimizers.SGD(0.1),
    keras.losses.BinaryCrossentropy(from_logits=True),
)
batches = [(x, y, (1 + 2 * y[:, 0]).astype("float32")) for x, y in binary(3)]
module = torch.nn.Sequential(torch.nn.Linear(5, 6), torch.nn.Tanh(), torch.nn.Linear(6, 1))
n_pos, n_neg = 100, 300
loss = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor([n_pos / n_neg]))
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), loss)
CAUSE = "class_weights_mixed"
