"""torch.optim.AdamW with a group without decay for the biases."""

import keras
import torch
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import TorchLoop

keras.utils.set_random_seed(139)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(8, activation="relu", bias_initializer="ones"),
        layers.Dense(3, bias_initializer="ones"),
    ]
)
adamw = keras.optimizers.AdamW(0.01, weight_decay=0.1, epsilon=1e-10)
adamw.exclude_from_weight_decay(var_names=["bias"])
reference.compile(adamw, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
module = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
decay = [p for n, p in module.named_parameters() if not n.endswith("bias")]
no_decay = [p for n, p in module.named_parameters() if n.endswith("bias")]
optimizer = torch.optim.AdamW(
    [{"params": decay, "weight_decay": 0.1}, {"params": no_decay, "weight_decay": 0.0}],
    lr=0.01,
    eps=1e-10,
)
loop = TorchLoop(module, optimizer, torch.nn.CrossEntropyLoss())
batches = cut(*classes(139, dtype="int64"), 12)
EXPECTED = "equal"
