"""A PyTorch classifier with AdamW and CrossEntropyLoss."""

import keras
import numpy as np
import torch

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"

keras.utils.set_random_seed(142)
torch.manual_seed(142)
rng = np.random.default_rng(142)
x = rng.normal(size=(33, 6)).astype("float32")
y = (np.argmax(x[:, :4] + 0.5 * rng.normal(size=(33, 4)), axis=1)).astype("int32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 33, 10)]
y = y.astype("int64")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 33, 10)]
net = torch.nn.Sequential(torch.nn.Linear(6, 8), torch.nn.Tanh(), torch.nn.Linear(8, 4))
loop = TorchLoop(
    net,
    torch.optim.AdamW(net.parameters(), lr=5e-3, eps=1e-12, weight_decay=0.01),
    torch.nn.CrossEntropyLoss(),
)
reference = keras.Sequential(
    [keras.Input((6,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(4)]
)
reference.compile(
    keras.optimizers.AdamW(5e-3, weight_decay=0.01, epsilon=1e-12),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
