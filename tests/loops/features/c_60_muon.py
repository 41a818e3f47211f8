"""Muon for the matrices, in a loop with train_on_batch."""

import keras
from loops.feature_data import L, onehot, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [L.Input((6,)), L.Dense(8, "mish"), L.Dense(8, "relu6"), L.Dense(3, "softmax")]
    )
    model.compile(keras.optimizers.Muon(0.02), "categorical_crossentropy")
    return model


model, reference = twin(build, 160)
batches = split(*onehot(160, 34, 6, 3), 10)


def step(x, y):
    model.reset_metrics()
    return model.train_on_batch(x, y, return_dict=True)["loss"]


loop = KerasLoop(model, step)
EXPECTED = "equal"
