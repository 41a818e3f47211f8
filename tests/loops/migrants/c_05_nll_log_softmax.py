"""LogSoftmax and NLLLoss, as in the MNIST example of PyTorch."""

import keras
import torch
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(7, "relu"), D(3, "log_softmax")],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
batches = labels(105)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(5, 7)
        self.fc2 = torch.nn.Linear(7, 3)

    def forward(self, x):
        x = torch.nn.functional.relu(self.fc1(x))
        return torch.nn.functional.log_softmax(self.fc2(x), dim=1)


module = Net()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), torch.nn.NLLLoss())
