"""Weight tying: the output layer of a small language model is the embedding's transpose."""

import keras
import numpy as np
import torch
from loops.migrant_data import cut, shake

from kerasfoundations.diagnose import TorchLoop

EXPECTED = "equal"
keras.utils.set_random_seed(120)
embedding = keras.layers.Embedding(7, 4)
inputs = keras.Input((3,), dtype="int64")
hidden = keras.layers.Dense(4, "tanh")(keras.layers.Flatten()(embedding(inputs)))


class Tied(keras.layers.Layer):
    def __init__(self, embedding):
        super().__init__()
        self.embedding = embedding

    def call(self, h):
        return keras.ops.matmul(h, keras.ops.transpose(self.embedding.embeddings))


reference = shake(keras.Model(inputs, Tied(embedding)(hidden)), 120)
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
rng = np.random.default_rng(120)
words = rng.integers(0, 7, size=(26, 4))
batches = cut(8, words[:, :3], words[:, 3])


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = torch.nn.Embedding(7, 4)
        self.fc = torch.nn.Linear(12, 4)

    def forward(self, x):
        h = torch.tanh(self.fc(self.encoder(x.long()).flatten(1)))
        return torch.nn.functional.linear(h, self.encoder.weight)


module = Model()
loop = TorchLoop(module, torch.optim.SGD(module.parameters(), lr=0.1), torch.nn.CrossEntropyLoss())
