"""char-rnn style training that carries the (detached) hidden state from batch to batch of unrelated samples."""

import keras
import torch
from loops.framework_data import L, build, sequences
from torch import nn

from kerasfoundations.diagnose import TorchLoop

torch.manual_seed(0)
batches = sequences(n=28)
reference = build((5, 3), L.GRU(4), L.Dense(1), opt=keras.optimizers.SGD(0.1), loss="mse")


class CharRNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 4, batch_first=True)
        self.fc = nn.Linear(4, 1)

    def forward(self, x, hidden=None):
        out, hidden = self.gru(x, hidden)
        return self.fc(out[:, -1]), hidden


class Wrapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = CharRNN()
        self.hidden = None

    def forward(self, x):
        if not self.training:
            return self.net(x)[0]
        hidden = None
        if self.hidden is not None and self.hidden.shape[1] >= len(x):
            hidden = self.hidden[:, : len(x)].contiguous()
        out, new = self.net(x, hidden)
        self.hidden = new.detach()
        return out


net = Wrapped()
loop = TorchLoop(net, torch.optim.SGD(net.parameters(), lr=0.1), nn.MSELoss())
EXPECTED = "the hidden state of one batch is the initial state of the next, although the samples are unrelated and the reference starts from zeros"
STAGE = ("outputs", "state")
CAUSE = "state_carried"
