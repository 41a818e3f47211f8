"""Accuracy is computed with model.eval() in the loop; model.train() stands before the loop only."""

import keras
import torch

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
from loops.course_data import classes


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(4, 10)
        self.drop = torch.nn.Dropout(0.4)
        self.fc2 = torch.nn.Linear(10, 3)

    def forward(self, x):
        return self.fc2(self.drop(torch.relu(self.fc1(x))))


model = Net()
model.train()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
criterion = torch.nn.CrossEntropyLoss()
accuracies = []


def train_step(x, y):
    optimizer.zero_grad()
    loss = criterion(model(x), y.long())
    loss.backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        accuracies.append((model(x).argmax(1) == y).float().mean().item())
    return loss.item()


loop = TorchLoop(model, train_step=train_step)
keras.utils.set_random_seed(19)
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(10, "relu"),
        keras.layers.Dropout(0.4),
        keras.layers.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
batches = classes(19, onehot=False)

EXPECTED = "model.eval() for the running accuracy is never undone, so from the second batch on the network trains in inference mode without dropout."
STAGE = ("outputs", "state")
CAUSE = "dropout_mode"
